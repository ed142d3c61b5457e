"""Sync jobs: what is to be read, and how far it was.

`version` grows with every step that was taken, and with nothing else: a step that was refused is
tried again under the same one, which its reservation of money goes by.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.domain.graph.kinds import Direction, JobState, ListKey, Mode
from pipeline.store.graph_tables import sync_job
from pipeline.store.prepared import Prepared


class Line(NamedTuple):
    """Jobs that use one rate window wait in one line."""

    credential: str
    endpoint: str


class JobRow(NamedTuple):
    """A job's row; see the table for what each column means."""

    id: int
    owner: int
    direction: str
    mode: str
    state: str
    credential: str
    endpoint: str
    priority: str
    run_id: int  # 0 before its first page
    cursor: str | None
    page_no: int
    version: int
    not_before: datetime
    out_until: datetime | None
    attempts: int
    served: float
    plan: str | None
    reason: str | None
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def key(self) -> ListKey:
        """The list it is about."""
        return ListKey(self.owner, Direction(self.direction))

    @property
    def is_open(self) -> bool:
        """Whether it still has something to do."""
        return self.state == JobState.OPEN

    @property
    def line(self) -> Line:
        """Where it waits."""
        return Line(self.credential, self.endpoint)


_j = sync_job.c
_ALL = select(*[_j[name] for name in JobRow._fields])
_OPEN = _j.state == JobState.OPEN
_ADD = Prepared(
    {
        "sqlite": sqlite.insert(sync_job).on_conflict_do_nothing().returning(_j.id),
        "postgresql": postgresql.insert(sync_job).on_conflict_do_nothing().returning(_j.id),
    }
)


def add(db: Connection, row: JobRow) -> bool:
    """Store a new job; False where the list has an open one of its mode."""
    return _ADD.first(db, row._asdict()) is not None


def get(db: Connection, job_id: int, *, lock: bool = False) -> JobRow | None:
    """A job; `lock` keeps others off it until the transaction ends."""
    query = _ALL.where(_j.id == job_id)
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else JobRow(*row)


def step(db: Connection, row: JobRow) -> bool:
    """Store an open job after a step; False where another took it before."""
    return _change(db, row, row._asdict() | {"version": row.version + 1, "out_until": None})


def park(db: Connection, row: JobRow, *, until: datetime, reason: str) -> bool:
    """Have a job try the same step again then; False where another took it meanwhile."""
    values = {"not_before": until, "reason": reason, "attempts": row.attempts, "out_until": None}
    return _change(db, row, values)


def open_of(db: Connection, key: ListKey, mode: Mode | None = None) -> list[JobRow]:
    """A list's open jobs, or the one of a mode."""
    query = _ALL.where(_j.owner == key.owner, _j.direction == key.direction, _OPEN)
    if mode is not None:
        query = query.where(_j.mode == mode)
    return [JobRow(*row) for row in db.execute(query.order_by(_j.mode))]


def open_jobs(db: Connection, *, limit: int) -> list[JobRow]:
    """Open jobs: those out first, then in the order in which they may go on."""
    query = _ALL.where(_OPEN).order_by(
        _j.out_until.is_(None), _j.not_before, _j.priority, _j.served, _j.id
    )
    return [JobRow(*row) for row in db.execute(query.limit(limit))]


def count_open(db: Connection) -> int:
    """How many jobs are open."""
    return int(db.execute(select(func.count()).where(_OPEN)).scalar_one())


def failed_since(db: Connection, since: datetime, *, limit: int) -> list[JobRow]:
    """Jobs that failed, newest first."""
    query = _ALL.where(_j.state == JobState.FAILED, _j.finished_at >= since)
    return [JobRow(*row) for row in db.execute(query.order_by(_j.finished_at.desc()).limit(limit))]


def many(db: Connection, ids: Sequence[int]) -> dict[int, JobRow]:
    """Jobs by id."""
    return {row[0]: JobRow(*row) for row in db.execute(_ALL.where(_j.id.in_(ids)))}


def drop_open(db: Connection, key: ListKey) -> list[JobRow]:
    """Delete a list's open jobs; what they were. Tasks that are out find nothing and end."""
    dropped = open_of(db, key)
    db.execute(delete(sync_job).where(_j.id.in_([job.id for job in dropped])))
    return dropped


def hasten(db: Connection, row: JobRow, plan: str, *, priority: str, now: datetime) -> bool:
    """Let a job that waits go on now; False where it does already."""
    values = {"plan": plan, "priority": priority, "not_before": now, "reason": None}
    return _change(db, row, values)


def _change(db: Connection, row: JobRow, values: dict[str, Any]) -> bool:
    this = (_j.id == row.id, _j.version == row.version, _OPEN)
    return db.execute(update(sync_job).where(*this).values(values)).rowcount == 1


def prune(db: Connection, *, before: datetime) -> int:
    """Forget jobs that ended before `before`."""
    ended: Any = _j.finished_at < before
    return db.execute(delete(sync_job).where(ended)).rowcount
