"""Deliveries: handed out by a relay, begun and settled by a worker. Every step is a compare-and-set."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from pipeline.domain.duties import SUSPECT_AFTER, Due
from pipeline.domain.routes import Route
from pipeline.store.insertion import Insertion
from pipeline.store.prepared import Prepared
from pipeline.store.tables import State, delivery


class Claim(NamedTuple):
    """A delivery a worker has begun: only the holder of this attempt may settle it."""

    event_id: int
    handler: str
    attempt: int


_d = delivery.c
_older = delivery.alias("older")
_OPEN = _d.state == State.PENDING
_FREE = or_(_d.lease_until.is_(None), _d.lease_until <= bindparam("now"))
_OLDER_UNFINISHED = exists().where(
    _older.c.state == State.PENDING,
    _older.c.queue == _d.queue,
    _older.c.subject == _d.subject,
    _older.c.event_id < _d.event_id,
)
_IS_DUE = and_(
    _OPEN, _d.queue == bindparam("q"), _d.next_at <= bindparam("now"), _FREE, ~_OLDER_UNFINISHED
)
_ANY_DUE = Prepared(select(_d.event_id).where(_IS_DUE).limit(1))
_DUE = (
    select(_d.event_id, _d.handler)
    .where(_IS_DUE)
    .order_by(_d.next_at, _d.event_id)
    .limit(bindparam("room"))
    .with_for_update(skip_locked=True)
    .cte("due")
    # Else PostgreSQL may run the select once per row of a join, and each time it skips what it locked
    # before: many more than `room` would be handed out.
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
# Not IS NULL: SQLite 3.40 answers that wrongly in the RETURNING of a table without rowids.
_UNSAID = func.coalesce(_d.last_error, "") == ""
_HAND_OUT = Prepared(
    update(delivery)
    .where(tuple_(_d.event_id, _d.handler).in_(select(_DUE.c.event_id, _DUE.c.handler)))
    .values(lease_until=bindparam("lease"), dispatches=_d.dispatches + 1)
    .returning(_d.event_id, _d.handler, _d.attempts, _d.dispatches, _UNSAID)
)
_IN_FLIGHT = Prepared(
    select(func.count()).where(_d.queue == bindparam("q"), _d.lease_until > bindparam("now"), _OPEN)
)
_SUSPECTS_IN_FLIGHT = Prepared(
    select(_d.event_id)
    .where(
        _d.queue == bindparam("q"),
        _d.lease_until > bindparam("now"),
        _OPEN,
        _d.attempts >= SUSPECT_AFTER,
        _d.last_error.is_(None),
    )
    .limit(1)
)
_THIS = and_(_d.event_id == bindparam("e"), _d.handler == bindparam("h"), _OPEN)
_BEGIN = Prepared(
    update(delivery)
    .where(_THIS, _d.attempts == bindparam("seen"))
    .values(attempts=_d.attempts + 1, lease_until=bindparam("lease"))
)
_MINE = and_(_THIS, _d.attempts == bindparam("attempt"))
_RENEW = Prepared(update(delivery).where(_MINE).values(lease_until=bindparam("lease")))
_DONE = Prepared(
    update(delivery)
    .where(_MINE)
    .values(state=State.DONE, settled_at=bindparam("now"), lease_until=None, last_error=None)
)
_PARK = Prepared(
    update(delivery)
    .where(_MINE)
    .values(next_at=bindparam("next"), lease_until=None, last_error=bindparam("error"))
)
_DEAD = Prepared(
    update(delivery)
    .where(_MINE)
    .values(
        state=State.DEAD,
        settled_at=bindparam("now"),
        lease_until=None,
        last_error=bindparam("error"),
    )
)
_ADD = Insertion(delivery, ("event_id", "handler", "queue", "subject", "next_at"))


def add(
    db: Connection, rows: Iterable[tuple[int, str | None, Sequence[Route]]], *, now: datetime
) -> None:
    """A duty per (event id, subject, routes), due at `now`."""
    duties = [
        (id_, route.handler, route.queue, subject, now)
        for id_, subject, routes in rows
        for route in routes
    ]
    if duties:
        _ADD.add(db, duties)


def hand_out(
    db: Connection, queue: str, *, now: datetime, lease: timedelta, room: int
) -> list[Due]:
    """Up to `room` due deliveries of a queue, in order of arrival, leased until `now + lease`.

    One whose event has an older, unfinished one of the same subject on this queue waits for it.
    """
    values = {"q": queue, "now": now, "lease": now + lease, "room": room}
    return sorted(Due._make((*row[:4], bool(row[4]))) for row in _HAND_OUT.rows(db, values))


def take_back(db: Connection, handed: Sequence[Due]) -> None:
    """Undo a hand-out that no worker will begin: due again at once.

    One that was begun since is left alone.
    """
    keys = [(due.event_id, due.handler, due.attempts) for due in handed]
    db.execute(
        update(delivery)
        .where(tuple_(_d.event_id, _d.handler, _d.attempts).in_(keys), _OPEN)
        .values(lease_until=None, dispatches=_d.dispatches - 1)
    )


def any_due(db: Connection, queue: str, *, now: datetime) -> bool:
    """Whether a hand-out would find anything."""
    return _ANY_DUE.first(db, {"q": queue, "now": now}) is not None


def in_flight(db: Connection, queue: str, *, now: datetime) -> int:
    """How many deliveries of a queue are handed out and not answered."""
    return sum(count for (count,) in _IN_FLIGHT.rows(db, {"q": queue, "now": now}))


def suspect_in_flight(db: Connection, queue: str, *, now: datetime) -> bool:
    """Whether a delivery that may kill its worker is out now."""
    return _SUSPECTS_IN_FLIGHT.first(db, {"q": queue, "now": now}) is not None


def begin(db: Connection, due: Due, *, now: datetime, lease: timedelta) -> Claim | None:
    """Claim a delivery for work; None when it is settled or another worker was first."""
    values = {"e": due.event_id, "h": due.handler, "seen": due.attempts, "lease": now + lease}
    if _BEGIN.change(db, values) != 1:
        return None
    return Claim(due.event_id, due.handler, due.attempts + 1)


def renew(db: Connection, claim: Claim, *, until: datetime) -> bool:
    """Keep a claim until then; False when it is no longer the newest."""
    return _RENEW.change(db, _mine(claim) | {"lease": until}) == 1


def done(db: Connection, claim: Claim, *, now: datetime) -> bool:
    """Settle as done; False when the claim is no longer the newest (the caller rolls back)."""
    return _DONE.change(db, _mine(claim) | {"now": now}) == 1


def park(db: Connection, claim: Claim, *, until: datetime, error: str) -> bool:
    """Wait in the row until `until`."""
    return _PARK.change(db, _mine(claim) | {"next": until, "error": error}) == 1


def bury(db: Connection, claim: Claim, *, now: datetime, error: str) -> bool:
    """Settle as dead: kept, shown, replayable."""
    return _DEAD.change(db, _mine(claim) | {"now": now, "error": error}) == 1


def _mine(claim: Claim) -> dict[str, object]:
    return {"e": claim.event_id, "h": claim.handler, "attempt": claim.attempt}
