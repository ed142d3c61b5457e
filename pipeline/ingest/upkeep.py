"""What beat asks for: take a slot, sweep up what fell through, forget what is old."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.ids import IdFactory, first_id_at
from pipeline.domain.routes import ROUTES, routes_for
from pipeline.ingest.accept import accept
from pipeline.store import deliveries, ledger, log, queries, ticks
from pipeline.store.graph import jobs
from pipeline.store.log import Filter, NewEvent
from pipeline.store.own_events import REMINDERS

SOURCE = "beat"
BATCH = 5000
"""Rows one run deletes or repairs at most, so that no transaction is long."""


class Job(NamedTuple):
    """A line of the schedule: what to ask for, and how often."""

    name: str
    every: timedelta


SCHEDULE: Sequence[Job] = (
    Job("graph", timedelta(minutes=5)),
    Job("sweep", timedelta(minutes=10)),
    Job("reconcile", timedelta(minutes=30)),
    Job("poll", timedelta(hours=1)),
    Job("prune", timedelta(hours=1)),
    Job("comply", timedelta(hours=1)),
    Job("retain", timedelta(days=1)),
)


def take_slot(db: Connection, ids: IdFactory, job: Job, *, now: datetime) -> bool:
    """Log the job's tick unless its slot was taken: two beats, or one that woke late, do it once."""
    slot = int(now.timestamp() // job.every.total_seconds())
    if not ticks.take(db, job.name, slot, now=now):
        return False
    event = NewEvent(
        id=ids.next(),
        source=SOURCE,
        external_id=f"{job.name}:{slot}",
        type=f"tick.{job.name}",
        subject=f"tick:{job.name}",
        occurred_at=now,
        data="{}",
        digest=hashlib.sha256(b"{}").digest(),
    )
    accept(db, [event], now=now)
    return True


def sweep(db: Connection, *, now: datetime, retention: timedelta) -> int:
    """Give events of handled types their deliveries where they have none; how many got one.

    That is what an upgrade leaves behind: the event came before the version that handles it.
    """
    missed = ledger.without_duty(
        db, sorted(ROUTES), since_id=first_id_at(now - retention), limit=BATCH
    )
    rows = [(id_, subject, routes_for(type_)) for id_, type_, subject in missed]
    deliveries.add(db, rows, now=now)
    return len(missed)


def prune(db: Connection, *, now: datetime, retention: timedelta) -> int:
    """Forget settled deliveries older than the retention; dead ones stay until somebody decides."""
    horizon = now - retention
    return ledger.prune(db, before_id=first_id_at(horizon), limit=BATCH)


def retain(db: Connection, *, now: datetime, retention: timedelta, queries_kept: timedelta) -> int:
    """Forget beat's own ticks older than the retention, sync jobs that ended, and old queries."""
    horizon = now - retention
    ticks.prune(db, before=horizon)
    jobs.prune(db, before=horizon)
    log.purge(db, Filter(source=REMINDERS, until=horizon))
    queries.prune(db, before=now - queries_kept)
    return log.purge(db, Filter(source=SOURCE, until=horizon))
