"""Edges in time: a list's spans opened, ended and read.

What the bounds of a span mean is said in `pipeline.domain.graph.spans`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import Column, Connection, bindparam, func, select, update

from pipeline.domain.graph.kinds import Direction, EndReason, ListKey
from pipeline.store.graph.bulk import CHUNK, among, chunks
from pipeline.store.graph_tables import edge_span
from pipeline.store.insertion import Insertion

_e = edge_span.c
_OPEN = _e.to_hi.is_(None)
_BEGIN = Insertion(
    edge_span,
    ("src", "dst", "from_hi", "from_lo", "run_from"),
    unless=("src", "dst", "from_hi"),
)
_MANY = 10 * CHUNK
"""Members past which a list is read whole rather than in parts."""
_LOCK = 0x6166_7465_7267  # any number: nothing else locks it


class Opening(NamedTuple):
    """A member that is seen for the first time, or again."""

    member: int
    from_lo: datetime | None
    from_hi: datetime


class Ending(NamedTuple):
    """A member that is gone."""

    member: int
    to_lo: datetime
    to_hi: datetime
    end_reason: EndReason
    run_to: int | None


def lock(db: Connection) -> None:
    """Keep other writers of spans off until the transaction ends: an edge has two lists.

    SQLite has one writer at a time anyway.
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def current(db: Connection, key: ListKey) -> BitMap:
    """A list's members now."""
    owner, member = ends(key)
    return BitMap(db.execute(select(member).where(owner == key.owner, _OPEN)).scalars().all())


def opened_since(db: Connection, key: ListKey, moment: datetime) -> BitMap:
    """Members now that were first seen at or after a moment."""
    owner, member = ends(key)
    query = select(member).where(owner == key.owner, _OPEN, _e.from_hi >= moment)
    return BitMap(db.execute(query).scalars().all())


def open_of(db: Connection, key: ListKey, members: Iterable[int]) -> BitMap:
    """Which of these are members now."""
    asked = BitMap(members)
    if len(asked) > _MANY:
        return current(db, key) & asked
    return BitMap(open_among(db, key, asked))


def open_among(db: Connection, key: ListKey, members: Iterable[int]) -> dict[int, datetime]:
    """Which of these are members now, and when each was first seen."""
    owner, member = ends(key)
    found: dict[int, datetime] = {}
    for part in chunks(sorted(members)):
        query = select(member, _e.from_hi).where(owner == key.owner, among(db, member, part), _OPEN)
        found.update((row[0], row[1]) for row in db.execute(query))
    return found


def last_ended(db: Connection, key: ListKey, members: Iterable[int]) -> dict[int, Ending]:
    """How the last of each member's ended spans ended."""
    owner, member = ends(key)
    query = select(member, *[_e[name] for name in Ending._fields[1:]]).order_by(_e.to_hi)
    query = query.where(owner == key.owner, _e.to_hi.is_not(None))
    asked, found = BitMap(members), {}
    parts = [None] if len(asked) > _MANY else chunks(list(asked))
    for part in parts:
        for row in db.execute(query if part is None else query.where(among(db, member, part))):
            if row[0] in asked:
                found[row[0]] = Ending(*row)._replace(end_reason=EndReason(row.end_reason))
    return found


def begin(db: Connection, key: ListKey, openings: Sequence[Opening], run_id: int) -> int:
    """Open spans; how many. A member whose span is there keeps it."""
    rows = [(*key.edge(member), from_hi, from_lo, run_id) for member, from_lo, from_hi in openings]
    return _BEGIN.add(db, sorted(rows, key=itemgetter(0, 1)))  # as the table is: it stays in cache


def end(db: Connection, key: ListKey, endings: Sequence[Ending]) -> None:
    """End the open spans of members. A member without one stays as it is."""
    owner, member = ends(key)
    columns = Ending._fields[1:]
    statement = (
        update(edge_span)
        .where(owner == key.owner, member == bindparam("whose"), _OPEN)
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    rows: list[dict[str, Any]] = [
        {"whose": ending.member}
        | {f"new_{name}": value for name, value in zip(columns, ending[1:], strict=True)}
        for ending in endings
    ]
    if rows:
        db.execute(statement, rows)


def ends(key: ListKey) -> tuple[Column[Any], Column[Any]]:
    """The columns of a list's owner and of its members."""
    return (_e.dst, _e.src) if key.direction is Direction.FOLLOWERS else (_e.src, _e.dst)
