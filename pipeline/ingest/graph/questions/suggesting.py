"""Suggestions: whom many of those follow that somebody follows, who does not."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.sets import Tally
from pipeline.ingest.graph.questions.lists import Reading, read_lists
from pipeline.ingest.graph.questions.naming import Nameless, find, named, nameless
from pipeline.store.graph import sets
from pipeline.store.graph.profiles import AccountRow


class SuggestionsAsked(NamedTuple):
    """For whom, and of how many friends somebody must be followed at least."""

    network: str
    account: str
    least: int


class Suggestion(NamedTuple):
    """Somebody who is followed by so many of them, as far as their lists were read."""

    account: AccountRow
    followed_by: int


class Suggested(NamedTuple):
    """A part of the suggestions, the most followed first, and what they stand on."""

    owner: AccountRow
    reading: Reading
    friends: int
    friends_read: int
    """Of how many the list was ever read; the others' follows are not counted."""
    total: int
    suggestions: tuple[Suggestion, ...]
    next: int | None
    """How many to leave out the next time; None: that was the end."""
    nameless: Nameless
    """Of the total."""


def friend_lists(db: Connection, owner: AccountRow) -> list[ListKey]:
    """The lists that suggestions are made of: of those the account follows, as far as read."""
    mine = read_lists(db, [ListKey(owner.ord, Direction.FOLLOWING)])[0]
    keys = [ListKey(friend, Direction.FOLLOWING) for friend in mine.known.certain]
    return [s.key for s in sets.states(db, keys).values() if s.swept_at is not None]


def suggest(db: Connection, asked: SuggestionsAsked, *, skip: int, size: int) -> Suggested:
    """Suggestions past the first `skip`. Raises NotFoundError."""
    owner = find(db, asked.network, asked.account)
    mine = read_lists(db, [ListKey(owner.ord, Direction.FOLLOWING)])[0]
    read = friend_lists(db, owner)
    tally = Tally()
    for reading in read_lists(db, read):
        tally.add(reading.known.certain)
    known = mine.known.shown() | BitMap([owner.ord])
    everybody = tally.at_least(asked.least) - known
    page = list(islice(_ranked(tally, asked.least, known), skip, skip + size))
    accounts = named(db, [number for number, _ in page])
    return Suggested(
        owner=owner,
        reading=mine,
        friends=len(mine.known.certain),
        friends_read=len(read),
        total=len(everybody),
        suggestions=tuple(Suggestion(accounts[number], count) for number, count in page),
        next=skip + size if skip + size < len(everybody) else None,
        nameless=nameless(db, asked.network, everybody),
    )


def _ranked(tally: Tally, least: int, known: BitMap) -> Iterator[tuple[int, int]]:
    for count, level in tally.levels(least):
        for number in level - known:
            yield number, count
