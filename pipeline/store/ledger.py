"""Deliveries as operators and upkeep see them: shown, redriven, revived, pruned, made up for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    exists,
    literal_column,
    select,
    tuple_,
    update,
)

from pipeline.store.prepared import Prepared
from pipeline.store.tables import State, delivery, event

_d = delivery.c


class Settling(NamedTuple):
    """A row as an operator sees it."""

    event_id: int
    handler: str
    queue: str
    state: str
    attempts: int
    dispatches: int
    next_at: datetime
    lease_until: datetime | None
    last_error: str | None


_REVIVE = Prepared(
    update(delivery)
    .where(_d.subject == bindparam("s"), _d.state == literal_column("'dead'"))
    .values(state=State.PENDING, attempts=0, next_at=bindparam("now"), settled_at=None)
)


def of_event(db: Connection, event_id: int) -> list[Settling]:
    """All duties of an event."""
    columns = [_d[name] for name in Settling._fields]
    rows = db.execute(select(*columns).where(_d.event_id == event_id).order_by(_d.handler))
    return [Settling(*row) for row in rows]


def redrive(db: Connection, event_ids: Sequence[int], *, now: datetime) -> int:
    """Make dead deliveries of these events due again, with all their attempts back."""
    return db.execute(
        update(delivery)
        .where(_d.event_id.in_(event_ids), _d.state == State.DEAD)
        .values(state=State.PENDING, attempts=0, next_at=now, settled_at=None, lease_until=None)
    ).rowcount


def revive(db: Connection, subject: str, *, now: datetime) -> int:
    """Make due again what died for want of its subject, which is there now."""
    return _REVIVE.change(db, {"s": subject, "now": now})


def dead_events(db: Connection, *, limit: int) -> list[int]:
    """Events with a dead delivery, oldest first."""
    query = select(_d.event_id).where(_d.state == State.DEAD).order_by(_d.event_id).limit(limit)
    return list(dict.fromkeys(db.execute(query).scalars()))


def without_duty(
    db: Connection, types: Sequence[str], *, since_id: int, limit: int
) -> list[tuple[int, str, str | None]]:
    """Events (id, type, subject) of these types that have no delivery at all, from `since_id` on.

    Older ones may have had theirs pruned: `since_id` must not reach behind the retention.
    """
    query = (
        select(event.c.id, event.c.type, event.c.subject)
        .where(
            event.c.type.in_(types),
            event.c.id >= since_id,
            ~exists().where(_d.event_id == event.c.id),
        )
        .order_by(event.c.id)
        .limit(limit)
    )
    return [(row.id, row.type, row.subject) for row in db.execute(query)]


def prune(db: Connection, *, before_id: int, limit: int) -> int:
    """Forget settled deliveries of events older than `before_id`, at most `limit`; dead ones stay."""
    old = select(_d.event_id, _d.handler).where(_d.event_id < before_id, _d.state == State.DONE)
    doomed = tuple_(_d.event_id, _d.handler).in_(old.limit(limit))
    return db.execute(delete(delivery).where(doomed)).rowcount
