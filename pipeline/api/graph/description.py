"""The graph's addresses, as OpenAPI describes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.api.graph.doors import PREFIX
from pipeline.api.graph.exporting import MEDIA_TYPES
from pipeline.api.graph.parameters import LARGEST_SIZE, MOST_ACCOUNTS
from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction

SECURITY = {"admin": {"type": "http", "scheme": "basic"}}
"""How one logs in, where the settings don't make graphs public."""

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_ACCOUNTS = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_ACCOUNTS}
_LEAST = {"type": "integer", "minimum": 1}
_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "account": _TEXT,
    "network": _TEXT,
    "direction": {"type": "string", "enum": list(Direction)},
    "only": _TEXT,
    "mutual": {"type": "string", "enum": ["1"]},
    "at_least": _LEAST,
    "at": _MOMENT,
    "since": _MOMENT,
    "until": _MOMENT,
    "kind": {"type": "array", "items": {"type": "string", "enum": list(ChangeKind)}},
    "format": {"type": "string", "enum": list(MEDIA_TYPES)},
    "after": _TEXT,
    "size": {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE},
}
_ADDRESSES: Mapping[str, tuple[str, str]] = {
    "accounts": ("Accounts of which lists are kept.", "network after size"),
    "compare": (
        "Whom accounts all follow, or who follows them all; of one only, mutual, or of so many.",
        "account network direction only mutual at_least at after size",
    ),
    "changes": (
        "Who came and who left, each between two times.",
        "account network direction since until kind after size",
    ),
    "series": ("A list's growth by UTC day.", "account network direction since until"),
    "suggestions": (
        "Whom many of those follow that the account follows, who does not.",
        "account network at_least after size",
    ),
}
_SEVERAL = frozenset({"compare", "export"})
_ONE = frozenset({"changes", "series", "suggestions"})


def graph_paths(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Every address, given the schemas of the answers by name."""
    paths = {
        f"{PREFIX}{name}": _get(name, about, words, {"application/json": {"schema": schemas[name]}})
        for name, (about, words) in _ADDRESSES.items()
    }
    content: dict[str, Any] = {kind: {} for kind in MEDIA_TYPES.values()}
    words = "format account network direction at"
    paths[f"{PREFIX}export"] = _get("export", "Edges with their bounds, as a file.", words, content)
    return paths


def _get(name: str, about: str, words: str, content: Mapping[str, Any]) -> dict[str, Any]:
    problem: dict[str, Any] = {"application/problem+json": {}}
    answers = {
        "200": {"description": "What was asked for", "content": content},
        "401": {"description": "The password of the admin is wanted", "content": problem},
        "404": {"description": "An account is not known", "content": problem},
        "422": {"description": "A parameter is missing or wrong", "content": problem},
    }
    if name != "export":
        answers["304"] = {"description": "Nothing has changed since the ETag in If-None-Match"}
    parameters = list(_parameters(name, words.split()))
    details = {"summary": about, "parameters": parameters, "responses": answers}
    return {"get": {**details, "security": [{"admin": []}, {}]}}


def _parameters(name: str, words: Iterable[str]) -> Iterable[dict[str, Any]]:
    for word in words:
        schema = _ACCOUNTS if word == "account" and name in _SEVERAL else _PARAMETERS[word]
        is_required = word == "account" and (name in _ONE or name == "compare")
        yield {"name": word, "in": "query", "required": is_required, "schema": dict(schema)}
