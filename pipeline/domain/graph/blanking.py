"""What a logged event still says once people in it are to be forgotten. Pure.

The event and its digest stay, so that a repeat is known as one; what it said of them goes.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import msgspec

from pipeline.domain.graph.changes import FollowChanged, Party

BLANK = "{}"
"""The data of an event that says nothing any more."""

_WORD = re.compile(r"\w+")


class Named(NamedTuple):
    """Accounts of one network: their ids, and what they are called, in any case."""

    network: str
    ids: Collection[str]
    words: Collection[str] = ()


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
        follower=_bare(fact.follower) if fact.follower.id in ids else fact.follower,
        followed=_bare(fact.followed) if fact.followed.id in ids else fact.followed,
    )


def encoded(fact: FollowChanged) -> str:
    """As the log keeps it."""
    return msgspec.json.encode(fact).decode()


def mentions(data: str, named: Named) -> bool:
    """Whether any text or number of a JSON value is one of them, or has one as a whole word."""
    wanted = {*named.ids, *(word.casefold() for word in named.words)}
    try:
        value = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return True  # nobody can tell: then it is safer gone
    return any(not wanted.isdisjoint(_words(leaf)) for leaf in _leaves(value))


def struck(text: str, words: Collection[str]) -> str:
    """The text with "…" in place of these words, in any case."""
    if not words:
        return text
    longest_first = sorted(words, key=len, reverse=True)
    pattern = "|".join(re.escape(word) for word in longest_first)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "…", text, flags=re.IGNORECASE)


def _bare(party: Party) -> Party:
    return Party(party.id)


def _words(leaf: str) -> set[str]:
    text = leaf.casefold()
    return {leaf, text, text.removeprefix("@"), *_WORD.findall(text)}


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
