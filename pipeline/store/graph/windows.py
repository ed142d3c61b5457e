"""Rate windows and the leases of calls that are out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from pipeline.domain.graph.windows import Window
from pipeline.store.graph.upserts import upsert
from pipeline.store.network_tables import rate_lease, rate_window

_w = rate_window.c
_l = rate_lease.c


class WindowRow(NamedTuple):
    """A window and whose it is."""

    credential: str
    endpoint: str
    window: Window


def get(db: Connection, credential: str, endpoint: str, *, lock: bool = False) -> Window | None:
    """A window; `lock` keeps others off it until the transaction ends."""
    query = select(_w.quota, _w.remaining, _w.reset_at).where(_of(_w, credential, endpoint))
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else Window(*row)


def locked(db: Connection, credential: str, endpoint: str, *, quota: int) -> Window:
    """A window that others keep off until the transaction ends; a full one where there is none."""
    found = get(db, credential, endpoint, lock=True)
    while found is None:  # another may make it first
        fresh = {"credential": credential, "endpoint": endpoint, "quota": quota, "remaining": quota}
        db.execute(upsert(db, rate_window).values(fresh).on_conflict_do_nothing())
        found = get(db, credential, endpoint, lock=True)
    return found


def save(db: Connection, credential: str, endpoint: str, window: Window) -> None:
    """Store a window's new state."""
    db.execute(update(rate_window).where(_of(_w, credential, endpoint)).values(window._asdict()))


def listing(db: Connection) -> list[WindowRow]:
    """Every window, by credential."""
    query = select(_w.credential, _w.endpoint, _w.quota, _w.remaining, _w.reset_at)
    rows = db.execute(query.order_by(_w.credential, _w.endpoint))
    return [WindowRow(row[0], row[1], Window(*row[2:])) for row in rows]


def lease(db: Connection, id_: int, credential: str, endpoint: str, *, until: datetime) -> None:
    """Note that a call goes out."""
    row = {"id": id_, "credential": credential, "endpoint": endpoint, "until": until}
    db.execute(insert(rate_lease).values(row))


def give_back(db: Connection, id_: int) -> bool:
    """A call was answered; False where its lease had run out and was taken off."""
    return bool(db.execute(delete(rate_lease).where(_l.id == id_)).rowcount)


def leases(db: Connection, credential: str, endpoint: str) -> list[datetime]:
    """The ends of all leases of a window."""
    return list(db.execute(select(_l.until).where(_of(_l, credential, endpoint))).scalars())


def take_off(db: Connection, credential: str, endpoint: str, *, until: datetime) -> None:
    """Forget the leases of a window that have run out."""
    db.execute(delete(rate_lease).where(_of(_l, credential, endpoint), _l.until <= until))


def with_run_out(db: Connection, *, now: datetime) -> Sequence[tuple[str, str]]:
    """Windows (credential, endpoint) with leases that have run out."""
    query = select(_l.credential, _l.endpoint).where(_l.until <= now).distinct()
    rows = db.execute(query.order_by(_l.credential, _l.endpoint))
    return [(row[0], row[1]) for row in rows]


def _of(columns: Any, credential: str, endpoint: str) -> ColumnElement[bool]:
    return and_(columns.credential == credential, columns.endpoint == endpoint)
