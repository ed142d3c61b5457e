"""What a wrong value may be instead, in the words of whoever wrote the settings."""

import re
from collections.abc import Mapping
from types import MappingProxyType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from pipeline.domain.schemes import Scheme
from pipeline.errors import SettingsError
from pipeline.settings import SecretEntry
from pipeline.settings.contents import CONTENT_KINDS
from pipeline.settings.patterns import PATTERNS

_HIDDEN = "…"
# What msgspec's messages (0.20) hold, in the order in which they are looked for.
_AT = re.compile(r" - at `\$(.*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]+)`")
_MISSING = re.compile(r"Object missing required field `([^`]+)`")
_EXPECTED = re.compile(r"Expected `([^`]+)`(.*)")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "int": "a whole number",
        "float": "a number",
        "str": "a text",
        "bool": "true or false",
        "array": "a list",
        "object": "a table",
    }
)


def problem_in(
    label: str, raw: Any, type_: Any, error: msgspec.ValidationError, *, secret: bool
) -> SettingsError:
    """The error of a value of `type_`; `label` says where it was. Never shows a secret or a table."""
    text = str(error)
    at = _AT.search(text)
    path = at[1] if at else ""
    unknown = _UNKNOWN.search(text)
    if unknown:
        fields = ", ".join(_fields(raw, type_, path))
        where = f"{label}{path}.{unknown[1]}"
        return SettingsError(where, was=_HIDDEN, expected=f"a field of this table: {fields}")
    hidden = secret or "secret" in path or path.endswith((".key", ".content"))
    was = _HIDDEN if hidden else _shown(raw, path)
    return SettingsError(f"{label}{path}", was=was, expected=_expected(text, type_, path))


def _fields(raw: Any, type_: Any, path: str) -> list[str]:
    """The names a table may hold."""
    if path == ".content":
        kind = CONTENT_KINDS[raw["content"]["kind"]]
        return ["kind", *(field.name for field in msgspec.structs.fields(kind))]
    struct = SecretEntry if ".secrets" in path else type_
    return [field.name for field in msgspec.structs.fields(struct)]


def _shown(raw: Any, path: str) -> Any:
    """The value at a path; not shown where it is a table, or can't be reached."""
    value = raw
    for name, place in _STEP.findall(path):
        try:
            value = value[name] if name else value[int(place)]
        except (LookupError, TypeError):
            return _HIDDEN
    return _HIDDEN if isinstance(value, (dict, list)) or "[...]" in path else value


def _expected(text: str, type_: Any, path: str) -> str:
    if missing := _MISSING.search(text):
        return f"a table with the field {missing[1]!r}"
    if "Invalid enum value" in text or text.startswith("Invalid value"):
        return _choices(type_, path)
    if "datetime" in text:
        return "a time with its zone, like 2027-01-31T00:00:00Z"
    for pattern, words in PATTERNS.items():
        if repr(pattern) in text:
            return words
    found = _EXPECTED.search(text)
    if found is None:
        return text
    kinds = [_KINDS.get(kind, kind) for kind in found[1].split(" | ") if kind != "null"]
    bound = found[2].partition(",")[0].partition(" - at")[0]
    return " or ".join(kinds) + bound


def _choices(type_: Any, path: str) -> str:
    if path.endswith(".scheme"):
        return f"one of {', '.join(Scheme)}"
    if path == ".content.kind":
        return f"one of {', '.join(CONTENT_KINDS)}"
    words = _literals(type_)
    return f"one of {', '.join(words)}" if words[1:] else f'a number or "{words[0]}"'


def _literals(type_: Any) -> list[str]:
    if get_origin(type_) is Literal:
        return [str(each) for each in get_args(type_)]
    if get_origin(type_) in {Union, UnionType}:
        return [name for part in get_args(type_) for name in _literals(part)]
    return []
