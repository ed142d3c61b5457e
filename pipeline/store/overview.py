"""What an operator asks first: how much waits, since when, what is dead, what was decided."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Integer, func, literal_column, select, text

from pipeline.domain.ids import EPOCH, moment_of
from pipeline.store.comment_tables import verdict
from pipeline.store.tables import State, delivery, tick


class Backlog(NamedTuple):
    """One handler's open deliveries.

    `oldest` is when the oldest open one's event came. `parked` wait for their next attempt.
    `unclaimed` were sent out at least twice and never begun: no worker knows the handler, or none
    runs.
    """

    handler: str
    queue: str
    waiting: int
    parked: int
    unclaimed: int
    dead: int
    oldest: datetime | None


_d = delivery.c
_OPEN = _d.state == State.PENDING


def backlogs(db: Connection, *, now: datetime) -> list[Backlog]:
    """Open and dead deliveries by handler."""
    one = literal_column("1", Integer)
    counted = (
        select(
            _d.handler,
            _d.queue,
            func.count(one).filter(_OPEN),
            func.count(one).filter(_OPEN, _d.next_at > now),
            func.count(one).filter(_OPEN, _d.attempts == 0, _d.dispatches > 1),
            func.count(one).filter(_d.state == State.DEAD),
            func.min(_d.event_id).filter(_OPEN),
        )
        .where(_d.state.in_([State.PENDING, State.DEAD]))
        .group_by(_d.handler, _d.queue)
        .order_by(_d.handler)
    )
    return [
        Backlog._make((*row[:6], None if row[6] is None else moment_of(row[6])))
        for row in db.execute(counted)
    ]


def verdict_counts(db: Connection) -> dict[str, int]:
    """Verdicts by decision."""
    rows = db.execute(select(verdict.c.decision, func.count()).group_by(verdict.c.decision))
    return {row[0]: row[1] for row in rows}


def is_writable(db: Connection) -> None:
    """Write a row, so that a full disk or a read-only file shows. Raises what the database raises."""
    db.execute(text("DELETE FROM tick WHERE job = 'probe'"))
    db.execute(tick.insert().values(job="probe", slot=0, taken_at=EPOCH))
