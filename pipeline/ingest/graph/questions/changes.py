"""Who came and who left, each between two times."""

from datetime import datetime
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.ingest.graph.questions.lists import Reading, read_lists
from pipeline.ingest.graph.questions.naming import Nameless, find, named, nameless
from pipeline.store.graph import changes
from pipeline.store.graph.changes import After, Change, Window
from pipeline.store.graph.profiles import AccountRow


class ChangesAsked(NamedTuple):
    """Of whose list, over which time, of which kinds (none: all)."""

    network: str
    account: str
    direction: Direction
    since: datetime
    until: datetime
    kinds: tuple[ChangeKind, ...] = ()


class Happened(NamedTuple):
    """A change and the account it is about."""

    account: AccountRow
    change: Change


class Changed(NamedTuple):
    """A part of what happened, and what it stands on."""

    owner: AccountRow
    reading: Reading
    changes: tuple[Happened, ...]
    next: After | None
    nameless: Nameless
    """In this part."""


def changed(db: Connection, asked: ChangesAsked, after: After | None, size: int) -> Changed:
    """Changes, those seen last first. Raises NotFoundError."""
    owner = find(db, asked.network, asked.account)
    key = ListKey(owner.ord, asked.direction)
    window = Window(asked.since, asked.until, asked.kinds)
    found = changes.page(db, key, window, after=after, limit=size + 1)
    page = found[:size]
    accounts = named(db, [change.member for change in page])
    last = page[-1] if len(found) > size else None
    return Changed(
        owner=owner,
        reading=read_lists(db, [key])[0],
        changes=tuple(Happened(accounts[change.member], change) for change in page),
        next=None if last is None else After(last.hi, last.member, last.kind),
        nameless=nameless(db, asked.network, BitMap(accounts)),
    )
