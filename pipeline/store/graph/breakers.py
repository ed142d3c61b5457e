"""Apps that must not call for now, and why."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from pipeline.store.graph.upserts import upsert
from pipeline.store.network_tables import app_breaker

_b = app_breaker.c


class Breaker(NamedTuple):
    """An open one. `until` None: until somebody closes it."""

    app: str
    reason: str
    opened_at: datetime
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it still stops calls."""
        return self.until is None or now < self.until


def get(db: Connection, app: str) -> Breaker | None:
    """An app's breaker; None where it never opened, or was closed."""
    query = select(*[_b[name] for name in Breaker._fields]).where(_b.app == app)
    row = db.execute(query).first()
    return None if row is None else Breaker(*row)


def trip(db: Connection, breaker: Breaker) -> None:
    """Open a breaker. One that waits for a person is not turned into one that waits for a time."""
    statement = upsert(db, app_breaker).values(breaker._asdict())
    changed = {name: statement.excluded[name] for name in ("reason", "opened_at", "until")}
    keeps = _b.until.is_not(None) if breaker.until is not None else None
    db.execute(statement.on_conflict_do_update(index_elements=["app"], set_=changed, where=keeps))


def close(db: Connection, app: str) -> bool:
    """Close a breaker; False where none was open."""
    return bool(db.execute(delete(app_breaker).where(_b.app == app)).rowcount)


def listing(db: Connection) -> list[Breaker]:
    """Every open breaker, by app."""
    query = select(*[_b[name] for name in Breaker._fields]).order_by(_b.app)
    return [Breaker(*row) for row in db.execute(query)]


def prune(db: Connection, *, now: datetime) -> int:
    """Forget those whose time has come; how many."""
    return db.execute(delete(app_breaker).where(_b.until <= now)).rowcount
