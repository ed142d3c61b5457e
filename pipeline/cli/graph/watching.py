"""`afterword graph sync --watch`: how far jobs are, and what holds them up."""

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta

from pipeline.bootstrap import Container
from pipeline.cli.formats import duration
from pipeline.cli.output import note, progress
from pipeline.domain.graph import plans
from pipeline.domain.graph.kinds import JobState, ListKey
from pipeline.domain.graph.plans import Lookup
from pipeline.store.graph import credentials, jobs
from pipeline.store.graph.jobs import JobRow

LOOK_EVERY_S = 0.5
_SHORT = timedelta(seconds=10)
"""A shorter wait is not worth a line."""
_wait = threading.Event().wait

Names = Mapping[ListKey, str]
"""What lists are called."""


def watched(container: Container, begun: Sequence[JobRow], names: Names) -> list[JobRow]:
    """Show how far jobs are, and what holds them up, until none is open that could go on."""
    current, done, said = list(begun), 0, dict[int, str]()
    with progress("people", None) as advance:
        while any(job.is_open for job in current):
            _wait(LOOK_EVERY_S)
            with container.database.read() as db:
                rows = jobs.many(db, [job.id for job in begun])
                broken = {each.name: each.broken for each in credentials.listing(db)}
            current = [
                held(rows[job.id], broken.get(rows[job.id].credential))
                for job in begun
                if job.id in rows
            ]
            _say_held(container, current, names, said)
            seen, expected = progress_of(current)
            advance(seen - done, expected)
            done = seen
    return current


def held(job: JobRow, broken: str | None) -> JobRow:
    """A job as it stands; failed, where its credential is broken, so that it won't go on by itself."""
    if not job.is_open or broken is None:
        return job
    why = f"the credential {job.credential!r} is broken: {broken}"
    return job._replace(state=JobState.FAILED, reason=why)


def _say_held(
    container: Container, current: Sequence[JobRow], names: Names, said: dict[int, str]
) -> None:
    """Why jobs wait and how long; each reason once. `said` has them by job, and is added to."""
    now = container.clock()
    for job in current:
        waits = job.is_open and job.reason and job.not_before - now > _SHORT
        if waits and said.get(job.id) != job.reason:
            said[job.id] = job.reason or ""
            note(f"{names[job.key]}: waits {duration(job.not_before - now)}: {job.reason}")


def progress_of(current: Sequence[JobRow]) -> tuple[int, int | None]:
    """How many people jobs have read, and how many there are: who has ended has read them all."""
    seen = expected = 0
    for job in current:
        plan = None if job.plan is None else plans.decode(job.plan)
        if plan is None or isinstance(plan, Lookup):
            continue
        seen += plan.seen
        expected += max(plan.count or 0, plan.seen) if job.is_open else plan.seen
    return seen, expected or None
