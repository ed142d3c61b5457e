"""The ledger of what calls cost: a row is a reservation until its cost is known."""

import zlib
from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from pipeline.domain.graph.money import Books, Sums
from pipeline.store.network_tables import budget_ledger

_b = budget_ledger.c
_LOCK = 4_713_002
_OPEN = _b.cost.is_(None)


class Entry(NamedTuple):
    """A row; see the table for what each column means."""

    id: int
    job_id: int
    step: int
    app: str
    at: datetime
    day: date
    kind: str
    scheduled: bool
    reserved: int
    cost: int | None = None
    resources: int | None = None


def lock(db: Connection, app: str) -> None:
    """Keep other reservations of this app waiting until the transaction ends.

    SQLite has one writer anyway.
    """
    if db.dialect.name == "postgresql":
        number = zlib.crc32(app.encode()) - (1 << 31)  # into 32 bits with a sign
        db.execute(select(func.pg_advisory_xact_lock(_LOCK, number)))


def books(db: Connection, app: str, *, since: date) -> Books:
    """What an app has spent on each day from `since` on, and every open reservation.

    One statement, so that a call that settles meanwhile is in exactly one of the two.
    """
    spent = select(_b.day, _b.scheduled, func.sum(_b.cost)).where(
        _b.app == app, _b.cost > literal_column("0"), _b.day >= since.isoformat()
    )
    out = select(null(), _b.scheduled, func.sum(_b.reserved)).where(_b.app == app, _OPEN)
    both = union_all(spent.group_by(_b.day, _b.scheduled), out.group_by(_b.scheduled))
    settled: dict[date, Sums] = defaultdict(Sums)
    reserved = Sums()
    for day, scheduled, total in db.execute(both):
        sums = Sums(int(total), int(total) if scheduled else 0)
        if day is None:
            reserved = reserved.plus(sums)
        else:
            settled[date.fromisoformat(day)] = settled[date.fromisoformat(day)].plus(sums)
    return Books(settled, reserved)


def held(db: Connection, job_id: int, step: int) -> Entry | None:
    """The open reservation of a job's step."""
    query = select(*[_b[name] for name in Entry._fields])
    row = db.execute(query.where(_b.job_id == job_id, _b.step == step, _OPEN)).first()
    return None if row is None else Entry(*row)._replace(day=date.fromisoformat(row.day))


def add(db: Connection, entry: Entry) -> None:
    """Store a reservation, or what a call cost that had none."""
    db.execute(insert(budget_ledger).values(entry._asdict() | {"day": entry.day.isoformat()}))


def renew(db: Connection, id_: int, new_id: int, *, reserved: int) -> None:
    """Give an open reservation another number, and perhaps more money."""
    db.execute(
        update(budget_ledger).where(_b.id == id_, _OPEN).values(id=new_id, reserved=reserved)
    )


def settle(db: Connection, id_: int, *, day: date, cost: int, resources: int) -> bool:
    """Close a reservation at what it came to, also one that was written off; False: it is gone."""
    values = {"day": day.isoformat(), "cost": cost, "resources": resources}
    unknown = _b.resources.is_(None)
    changed = db.execute(update(budget_ledger).where(_b.id == id_, unknown).values(values))
    return bool(changed.rowcount)


def write_off(db: Connection, id_: int) -> None:
    """Close a reservation as if all of it had been charged: nobody will know better."""
    db.execute(update(budget_ledger).where(_b.id == id_, _OPEN).values(cost=_b.reserved))


def write_off_before(db: Connection, day: date, *, app: str | None = None) -> int:
    """The same for all that can only have been charged before `day`; how many."""
    statement = update(budget_ledger).where(_OPEN, _b.day < day.isoformat())
    if app is not None:
        statement = statement.where(_b.app == app)
    return db.execute(statement.values(cost=_b.reserved)).rowcount


def drop(db: Connection, id_: int) -> None:
    """Take an open reservation out: nothing was charged."""
    db.execute(delete(budget_ledger).where(_b.id == id_, _OPEN))


def apps(db: Connection) -> list[str]:
    """Every app that has ever spent."""
    return list(db.execute(select(_b.app).distinct().order_by(_b.app)).scalars())
