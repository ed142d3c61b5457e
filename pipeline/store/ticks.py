"""Beat slots that were taken: the database decides, so two beats do no harm."""

from datetime import datetime

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store.prepared import Prepared
from pipeline.store.tables import tick

_TAKE = Prepared(
    {
        "sqlite": sqlite.insert(tick).on_conflict_do_nothing().returning(tick.c.slot),
        "postgresql": postgresql.insert(tick).on_conflict_do_nothing().returning(tick.c.slot),
    }
)


def take(db: Connection, job: str, slot: int, *, now: datetime) -> bool:
    """Whether this call took the slot; False when somebody had it before."""
    values = {"job": job, "slot": slot, "taken_at": now}
    return _TAKE.first(db, values) is not None


def prune(db: Connection, *, before: datetime) -> int:
    """Forget slots taken before `before`."""
    return db.execute(delete(tick).where(tick.c.taken_at < before)).rowcount
