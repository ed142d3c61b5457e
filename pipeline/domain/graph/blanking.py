"""What a logged event still says once people in it are to be forgotten. Pure.

The event and its digest stay, so that a repeat is known as one; what it said of them goes.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from pipeline.domain.graph.facts import FollowChanged, Party

BLANK = "{}"
"""The data of an event that says nothing any more."""

_COMPOUND = re.compile(r"\w+(?:[.:-]\w+)*")
"""A handle or an id, also of networks where they hold full stops or colons."""
_WORD = re.compile(r"\w+")


class Marks(NamedTuple):
    """What gives accounts away in a text, in lower case (as `casefold` makes it)."""

    words: frozenset[str]
    """Ids and handles, wherever they stand."""
    names: frozenset[str]
    """What people call themselves, where nothing else stands: they may be any word."""


def marks(words: Iterable[str | None], names: Iterable[str | None]) -> Marks:
    """The marks of accounts, from their ids and handles and from their names; None is left out."""
    return Marks(
        frozenset(word.casefold() for word in words if word),
        frozenset(name.casefold() for name in names if name),
    )


def fact_of(data: str) -> FollowChanged | None:
    """The change of an edge; None where the event was blanked, or never was one."""
    try:
        return msgspec.json.decode(data, type=FollowChanged)
    except msgspec.DecodeError:
        return None


def without_names(fact: FollowChanged, ids: Collection[str]) -> FollowChanged:
    """The same change with nothing but the ids of these accounts."""
    return msgspec.structs.replace(
        fact,
        follower=Party(fact.follower.id) if fact.follower.id in ids else fact.follower,
        followed=Party(fact.followed.id) if fact.followed.id in ids else fact.followed,
    )


def encoded(fact: FollowChanged) -> str:
    """As the log keeps it."""
    return msgspec.json.encode(fact).decode()


def mentions(data: str, marked: Marks) -> bool:
    """Whether any text, key or number of a JSON value bears one of the marks."""
    try:
        value = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return True  # nobody can tell: then it is safer gone
    return any(_bears(leaf.casefold(), marked) for leaf in _leaves(value))


def struck(text: str, marked: Marks) -> str:
    """The text with "…" in place of the words that are marked."""

    def word(match: re.Match[str]) -> str:
        return "…" if match[0].casefold() in marked.words else match[0]

    def compound(match: re.Match[str]) -> str:
        return "…" if match[0].casefold() in marked.words else _WORD.sub(word, match[0])

    return _COMPOUND.sub(compound, text)


def _bears(leaf: str, marked: Marks) -> bool:
    if leaf in marked.names:
        return True
    return any(not marked.words.isdisjoint(pattern.findall(leaf)) for pattern in (_COMPOUND, _WORD))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        yield str(value)
