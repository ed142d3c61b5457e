"""Lists compared: what is common, what only one has, who is mutual, what so many share."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph import sets
from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.sets import Known
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.questions.lists import Reading, read_lists
from pipeline.ingest.graph.questions.naming import Nameless, find, find_all, named, nameless
from pipeline.store.graph.profiles import AccountRow


class Question(StrEnum):
    """What is asked of several lists."""

    COMMON = "common"  # in all of them
    ONLY = "only"  # in one and in none of the others
    MUTUAL = "mutual"  # in both lists of every account
    AT_LEAST = "at-least"  # in so many of them


class Part(NamedTuple):
    """Of a long answer: what comes after a member, so many at most."""

    after: int = 0
    size: int = 50


class Comparison(NamedTuple):
    """What somebody wants compared. Accounts as people type them."""

    network: str
    accounts: tuple[str, ...]
    question: Question = Question.COMMON
    only: str | None = None
    """Of ONLY: the one account; it need not be among the others."""
    least: int = 1
    direction: Direction = Direction.FOLLOWING
    at: datetime | None = None


class Member(NamedTuple):
    """Somebody in the answer, and in which of the lists as far as is known."""

    account: AccountRow
    certain: bool
    lists: tuple[int, ...]
    """Places in `Compared.readings`."""


class Compared(NamedTuple):
    """An answer, and what it stands on."""

    asked: Comparison
    owners: tuple[AccountRow, ...]
    readings: tuple[Reading, ...]
    found: Known
    members: tuple[Member, ...]
    """A part of the possible ones, by ordinal."""
    next: int | None
    """To be asked for as `after`; None: that was the end."""
    nameless: Nameless
    """In the whole answer."""


class _Operands(NamedTuple):
    owners: tuple[AccountRow, ...]
    keys: tuple[ListKey, ...]


def operands(db: Connection, asked: Comparison) -> _Operands:
    """The accounts and lists that a comparison needs; of ONLY, the one goes first.

    Raises NotFoundError for an account that nobody knows.
    """
    owners = find_all(db, asked.network, asked.accounts)
    if asked.question is Question.ONLY and asked.only is not None:
        first = find(db, asked.network, asked.only)
        owners = [first, *(each for each in owners if each.ord != first.ord)]
    if not owners:
        raise NotFoundError("no account is named: there is nothing to compare")
    directions = tuple(Direction) if asked.question is Question.MUTUAL else (asked.direction,)
    keys = tuple(ListKey(each.ord, direction) for each in owners for direction in directions)
    return _Operands(tuple(owners), keys)


def compare(db: Connection, asked: Comparison, part: Part) -> Compared:
    """Answer a comparison. Raises NotFoundError."""
    owners, keys = operands(db, asked)
    readings = read_lists(db, keys, at=asked.at)
    found = _answer(asked, [reading.known for reading in readings])
    shown = found.shown()
    chosen = list(islice(shown.iter_equal_or_larger(part.after + 1), part.size + 1))
    page = chosen[: part.size]
    return Compared(
        asked=asked,
        owners=owners,
        readings=tuple(readings),
        found=found,
        members=_members(db, page, found.certain, readings),
        next=page[-1] if len(chosen) > part.size else None,
        nameless=nameless(db, asked.network, shown),
    )


def _answer(asked: Comparison, lists: Sequence[Known]) -> Known:
    if asked.question is Question.ONLY:
        return sets.only(lists[0], lists[1:])
    if asked.question is Question.AT_LEAST:
        return sets.at_least(asked.least, lists)
    return sets.common(lists)


def _members(
    db: Connection, page: Sequence[int], certain: BitMap, readings: Sequence[Reading]
) -> tuple[Member, ...]:
    accounts = named(db, page)
    shown = [reading.known.shown() for reading in readings]
    return tuple(
        Member(
            accounts[ord_],
            ord_ in certain,
            tuple(place for place, members in enumerate(shown) if ord_ in members),
        )
        for ord_ in page
    )
