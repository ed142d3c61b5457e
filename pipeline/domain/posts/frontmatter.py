"""Front matter: the table at a file's head, as TOML (+++), YAML (---) or JSON ({…})."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from pipeline.domain.posts.problem import PostError

HEAD_LIMIT = 65_536
"""Characters of front matter: more is a file that was never closed."""


class FrontMatter(NamedTuple):
    """A file in its two parts. Keys are in lower case, as Hugo reads them."""

    table: Mapping[str, Any]
    body: str
    head: str
    """The lines above the body, as they were."""

    def line_of(self, key: str) -> int | None:
        """Where a key of the table was written, for an error about its value."""
        found = re.search(rf"^[ \t{{,]*[\"']?{re.escape(key)}[\"']?[ \t]*[:=]", self.head, _EACH)
        return None if found is None else self.head.count("\n", 0, found.start()) + 1


_DEPTH = 50
_ALIASES = 20
_EACH = re.MULTILINE | re.IGNORECASE
_EMPTY: Mapping[str, Any] = MappingProxyType({})


class _Loader(yaml.CSafeLoader):
    """YAML without times of its own: 2026-02-30 must be our error, with its line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def split(text: str) -> FrontMatter:
    """Front matter and body of a file; an empty table where it begins with none.

    Raises PostError with the line.
    """
    first, _, rest = text.partition("\n")
    fence = first.rstrip()
    if fence in {"---", "+++"}:
        found = re.search(rf"^{re.escape(fence)}[ \t\r]*$\n?", rest[: HEAD_LIMIT + 8], re.MULTILINE)
        if found is None:
            raise PostError(1, f"the front matter is not closed by a line {fence}")
        read = read_yaml if fence == "---" else read_toml
        head, body = rest[: found.start()], rest[found.end() :]
        return FrontMatter(_lower(read(head, 1)), body, f"{first}\n{head}")
    if text.startswith("{") and not text.startswith(("{{", "{%")):
        return _json(text)
    return FrontMatter(_EMPTY, text, "")


def read_yaml(text: str, above: int = 0) -> dict[str, Any]:
    """A table in YAML. `above` is the count of lines over it. Raises PostError."""
    try:
        _check_shape(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader, minus times
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else above + mark.line + 1
        raise PostError(line, f"the YAML can't be read: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        line = above + 1
        raise PostError(line, f"the YAML can't be read: {_first_line(error)}") from error
    return _table(value, above)


def read_toml(text: str, above: int = 0) -> dict[str, Any]:
    """A table in TOML. `above` is the count of lines over it. Raises PostError."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message = _first_line(error)
        found = re.search(r" \(at line (\d+), column \d+\)$", message)
        line = above + int(found[1]) if found else above + text.count("\n")
        reason = message[: found.start()] if found else message.partition(" (at ")[0]
        raise PostError(line, f"the TOML can't be read: {reason}") from error


def read_json(text: str, _above: int = 0) -> dict[str, Any]:
    """A table in JSON. Raises PostError."""
    return _decoded(text)[0]


def _check_shape(text: str) -> None:
    """Refuse what would crash the process: libyaml's composer recurses in C, merges multiply."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > _DEPTH:
            raise ValueError(f"it is nested more than {_DEPTH} deep")
        if aliases > _ALIASES:
            raise ValueError(f"it holds more than {_ALIASES} aliases")


def _json(text: str) -> FrontMatter:
    table, end = _decoded(text)
    return FrontMatter(_lower(table), text[end:].lstrip("\r\n"), text[:end])


def _decoded(text: str) -> tuple[dict[str, Any], int]:
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        raise PostError(error.lineno, f"the JSON can't be read: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise PostError(1, f"the JSON can't be read: {_first_line(error)}") from error
    return _table(value, 0), end


def _table(value: object, above: int) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PostError(above + 1, "the front matter is no table of names and values")
    return value


def _lower(table: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in table.items()}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__


READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    ".toml": read_toml,
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
}
"""How a generator's own settings are read, by the file's suffix."""
