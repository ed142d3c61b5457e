"""The parts of an envelope every sender has: type, id, time."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from pipeline.errors import InvalidEventError

LONGEST_TYPE = 128
LONGEST_ID = 256

# Standard Webhooks 1.0.0, "Event types".
_TYPE = re.compile(r"[a-zA-Z0-9_]+(?:\.[a-zA-Z0-9_]+)*")
_ID = re.compile(r"[\x20-\x7e]{1,256}")

# RFC 3339, which demands an offset.
Instant = Annotated[datetime, Meta(tz=True)]


class _Instant(msgspec.Struct):
    at: Instant


# The same few types arrive all day; none that is refused is remembered.
@lru_cache(maxsize=256)
def event_type(name: str) -> str:
    """The type itself. Raises InvalidEventError unless it is words joined by full stops."""
    if len(name) > LONGEST_TYPE or _TYPE.fullmatch(name) is None:
        raise InvalidEventError(
            f"type is {name[:LONGEST_TYPE]!r}, but must be words of letters, digits and '_' "
            f"joined by '.', at most {LONGEST_TYPE} characters"
        )
    return name


def event_id(value: str) -> str:
    """The id itself. Raises InvalidEventError unless it is 1 to 256 printable ASCII characters."""
    if _ID.fullmatch(value) is None:
        raise InvalidEventError(
            f"id must be 1 to {LONGEST_ID} printable ASCII characters, but is {value[:40]!r}"
        )
    return value


def instant(value: str | None, field: str) -> datetime | None:
    """An RFC 3339 time with its offset, as aware UTC. Raises InvalidEventError."""
    if value is None:
        return None
    try:
        return utc(msgspec.convert({"at": value}, _Instant).at, field)
    except msgspec.ValidationError:
        raise InvalidEventError(not_an_instant(field)) from None


def utc(at: datetime | None, field: str) -> datetime | None:
    """The same moment in UTC. Raises InvalidEventError when that is outside the years 1 to 9999."""
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:
        raise InvalidEventError(not_an_instant(field)) from None


def not_an_instant(field: str) -> str:
    """What to tell the sender of a time that can't be read."""
    return f"{field} must be an RFC 3339 time with its offset, such as 2026-01-31T12:00:00Z"


def optional_id(raw: bytes | None) -> str | None:
    """The id that came in a header, if one came. Raises InvalidEventError when it is malformed."""
    return None if raw is None else event_id(raw.decode("latin-1"))


def text_header(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    """A header's text; None when it is missing. Latin-1 reads any byte: rules come after."""
    raw = headers.get(name)
    return None if raw is None else raw.decode("latin-1")
