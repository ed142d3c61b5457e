"""The lines in which jobs wait for a rate window: who is due, who is out, when the next one is due.

One planner at a time looks at a line: `hold` it first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from pipeline.domain.graph.kinds import JobState
from pipeline.store.graph.bulk import among, chunks
from pipeline.store.graph.jobs import JobRow, Line
from pipeline.store.graph_tables import sync_job

_j = sync_job.c
_OPEN = _j.state == JobState.OPEN
_AT_HOME = and_(_OPEN, _j.out_until.is_(None))
_ORDER = (_j.priority, _j.served, _j.id)


class Waiting(NamedTuple):
    """A job that could go on now."""

    id: int
    version: int
    priority: str


def hold(db: Connection, line: Line) -> None:
    """Keep other planners off the line until the transaction ends (SQLite has one writer anyway)."""
    if db.dialect.name == "postgresql":
        name = f"graph line {line.credential} {line.endpoint}"
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def lines(db: Connection) -> list[Line]:
    """Every line with an open job."""
    query = select(_j.credential, _j.endpoint).where(_OPEN).distinct()
    return [Line(*row) for row in db.execute(query)]


def due(db: Connection, line: Line, *, now: datetime, limit: int) -> list[Waiting]:
    """Who may go on, by priority and then who was served least."""
    query = select(_j.id, _j.version, _j.priority).where(_due(line, now))
    query = query.order_by(*_ORDER).limit(limit).with_for_update(skip_locked=True)
    return [Waiting(*row) for row in db.execute(query)]


def send_out(db: Connection, ids: Sequence[int], *, until: datetime) -> None:
    """Mark jobs as out: a task was asked for, and is to answer by then."""
    db.execute(update(sync_job).where(_j.id.in_(ids)).values(out_until=until, reason=None))


def count_out(db: Connection, line: Line) -> int:
    """How many of the line are out."""
    out = _j.out_until.is_not(None)
    query = select(func.count()).where(out, *_in(line))
    return int(db.execute(query).scalar_one())


def next_at(db: Connection, line: Line, *, after: datetime) -> datetime | None:
    """When the next of those that wait for their time is due."""
    query = select(_j.not_before).where(_AT_HOME, *_in(line), _j.not_before > after)
    found: datetime | None = db.execute(query.order_by(_j.not_before).limit(1)).scalar()
    return found


def park_due(
    db: Connection, line: Line, *, now: datetime, moments: Sequence[datetime], reason: str
) -> int:
    """Have everybody who is due wait, spread over `moments` by rank; how many.

    By their ids, for each moment: joined to their ranks in one statement, they cost PostgreSQL
    minutes for 10,000 when it plans by statistics from a time when few waited.
    """
    ids = db.execute(select(_j.id).where(_due(line, now)).order_by(*_ORDER)).scalars().all()
    for place, moment in enumerate(moments):
        # Waiting longer is no step of the job: its version stays, for no task of it is out.
        wait = update(sync_job).values(not_before=moment, reason=reason)
        for some in chunks(ids[place :: len(moments)]):
            db.execute(wait.where(among(db, _j.id, some)))
    return len(ids)


def wake(db: Connection, line: Line, *, reason: str, now: datetime) -> int:
    """Have everybody due who waits for a reason that begins so; how many."""
    waits = and_(_AT_HOME, *_in(line), _j.reason.startswith(reason, autoescape=True))
    # As in `park_due`, no step of the job.
    return db.execute(update(sync_job).where(waits).values(not_before=now, reason=None)).rowcount


def least_served(db: Connection, line: Line) -> float:
    """Where a new job begins: as if it had had as much as whoever had least."""
    query = select(func.coalesce(func.min(_j.served), 0.0)).where(_OPEN, *_in(line))
    return float(db.execute(query).scalar_one())


def lost(db: Connection, *, now: datetime, limit: int) -> list[JobRow]:
    """Jobs whose task never answered."""
    query = select(*[_j[name] for name in JobRow._fields]).where(_OPEN, _j.out_until <= now)
    return [JobRow(*row) for row in db.execute(query.limit(limit))]


def _in(line: Line) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _j.credential == line.credential, _j.endpoint == line.endpoint


def _due(line: Line, now: datetime) -> ColumnElement[bool]:
    return and_(_AT_HOME, *_in(line), _j.not_before <= now)
