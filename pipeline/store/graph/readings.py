"""When a list was read, and what its network said it counts."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from pipeline.domain.graph.kinds import Direction, ListKey, Mode
from pipeline.domain.graph.series import Run
from pipeline.store.graph_tables import follow_count, graph_run

_r, _c = graph_run.c, follow_count.c


def latest(db: Connection, key: ListKey, at: datetime) -> datetime | None:
    """When the last complete reading began that was not after a moment; None: there was none."""
    found: datetime | None = db.execute(
        select(func.max(_r.started_at)).where(*_swept(key), _r.started_at <= at)
    ).scalar()
    return found


def first(db: Connection, key: ListKey) -> datetime | None:
    """When the first complete reading began."""
    found: datetime | None = db.execute(
        select(func.min(_r.started_at)).where(*_swept(key))
    ).scalar()
    return found


def complete(db: Connection, key: ListKey, since: datetime, until: datetime) -> list[Run]:
    """Readings that came to their end, probes too, of those that began in a time."""
    query = select(_r.started_at, _r.mode).where(
        _r.owner == key.owner,
        _r.direction == key.direction,
        _r.complete.is_(True),
        _r.started_at >= since,
        _r.started_at <= until,
    )
    return [Run(row[0], Mode(row[1])) for row in db.execute(query.order_by(_r.started_at))]


def counts(
    db: Connection, key: ListKey, since: datetime, until: datetime
) -> list[tuple[date, int]]:
    """What the network said it counts, by UTC day; of several a day the last comes last."""
    column = _c.followers if key.direction is Direction.FOLLOWERS else _c.following
    query = select(_c.at, column).where(
        _c.account == key.owner, _c.at >= since, _c.at <= until, column.is_not(None)
    )
    return [(row[0].date(), row[1]) for row in db.execute(query.order_by(_c.at))]


def _swept(key: ListKey) -> tuple[ColumnElement[bool], ...]:
    return (
        _r.owner == key.owner,
        _r.direction == key.direction,
        _r.mode == Mode.SWEEP,
        _r.complete.is_(True),
    )
