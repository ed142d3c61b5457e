"""JSON that is safe to store: checked once, at the door, and never again.

Source: RFC 8259. Narrower than it in four points, each because something behind the door is:
no NUL (PostgreSQL), no number out of range, no lone surrogate (both: Python), no deep nesting.
"""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from pipeline.errors import InvalidEventError, UnreadableError

# Deeper than any honest event, and far from the recursion limit of whoever reads it next.
DEEPEST = 100

# An escaped NUL, but not an escaped backslash followed by "u0000".
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_ANY = msgspec.json.Decoder()

T = TypeVar("T")


def check(raw: bytes) -> Any:
    """The value, when `raw` is one whole JSON text that is safe to store.

    Raises UnreadableError when it is not, and InvalidEventError when it holds a NUL.
    """
    try:
        value = _ANY.decode(raw)
    except (ValueError, RecursionError, OverflowError) as err:
        raise UnreadableError(f"the body is not JSON: {err}") from None
    # Each level opens a bracket, so most texts show at a glance that they are shallow.
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _deeper_than(DEEPEST, value):
        raise UnreadableError(f"the JSON is nested deeper than {DEEPEST} levels")
    # The pattern is some fifty times slower than the first look, which ends it for most texts.
    if b"\\u0000" in raw and (nul := _NUL.search(raw)) is not None:
        raise InvalidEventError(
            f"the JSON holds a NUL character (\\u0000) near byte {nul.end()}, "
            "which the database can't store: remove it"
        )
    return value


def read(decoder: msgspec.json.Decoder[T], raw: bytes, what: str) -> T:
    """Checks `raw`, then reads it as an envelope. Raises UnreadableError when it is not one."""
    check(raw)
    try:
        return decoder.decode(raw)
    except ValueError as err:
        raise UnreadableError(f"the body is not {what}: {err}") from None


def fields(value: Any, shape: type[T], what: str) -> T:
    """A checked value as `shape`. Raises InvalidEventError that names the field that is wrong."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as err:
        raise InvalidEventError(f"{what}: {err}") from None


def _deeper_than(limit: int, value: Any) -> bool:
    level = _containers([value])
    for _ in range(limit):
        level = _containers(
            child for node in level for child in (node.values() if isinstance(node, dict) else node)
        )
        if not level:
            return False
    return True


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list)]
