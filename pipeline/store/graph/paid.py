"""Which resources were paid for today: a network charges each once per UTC day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from pipeline.store.graph.upserts import upsert
from pipeline.store.network_tables import paid_today

_p = paid_today.c


class Shelf(NamedTuple):
    """Resources that are charged once together. `owner` is 0 for profiles.

    X does not say whether a user in two lists is charged once or twice: the dearer is assumed.
    """

    app: str
    day: date
    kind: str
    owner: int


def add(db: Connection, shelf: Shelf, ordinals: Sequence[int]) -> int:
    """Note resources as paid for; how many of them had not been."""
    before = _members(db, shelf, lock=True)
    if before is None:
        row = shelf._asdict() | {"day": shelf.day.isoformat(), "members": BitMap().serialize()}
        db.execute(upsert(db, paid_today).values(row).on_conflict_do_nothing())
        before = _members(db, shelf, lock=True) or BitMap()
    after = before | BitMap(ordinals)
    db.execute(update(paid_today).where(_of(shelf)).values(members=after.serialize()))
    return len(after) - len(before)


def count(db: Connection, shelf: Shelf) -> int:
    """How many are free until the day ends."""
    return len(_members(db, shelf) or ())


def prune(db: Connection, *, before: date) -> int:
    """Forget days that are over; how many rows."""
    return db.execute(delete(paid_today).where(_p.day < before.isoformat())).rowcount


def _members(db: Connection, shelf: Shelf, *, lock: bool = False) -> BitMap | None:
    query = select(_p.members).where(_of(shelf))
    found = db.execute(query.with_for_update() if lock else query).scalar()
    return None if found is None else BitMap.deserialize(found)


def _of(shelf: Shelf) -> ColumnElement[bool]:
    same_day = and_(_p.app == shelf.app, _p.day == shelf.day.isoformat())
    return and_(same_day, _p.kind == shelf.kind, _p.owner == shelf.owner)
