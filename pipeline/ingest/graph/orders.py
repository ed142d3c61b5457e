"""New jobs: what is to be read, how big its pages are, when it may begin."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil

import msgspec
from sqlalchemy import Connection

from pipeline.domain.graph import days, paging, plans, prices
from pipeline.domain.graph.kinds import JobState, Mode, Priority
from pipeline.domain.graph.plans import Confirm, Count, Plan, Probe, Sweep
from pipeline.domain.graph.rates import Seen
from pipeline.domain.ids import IdFactory
from pipeline.store.graph import accounts, jobs, lines, runs
from pipeline.store.graph.jobs import JobRow, Line
from pipeline.store.graph.lists import ListRow

TOMORROW = "begins after midnight UTC: a sweep that ends on another day is paid for twice"
_DAY = timedelta(days=1)


class Orders:
    """Opens jobs. Handing out their first step is the caller's, who owns the transaction."""

    def __init__(self, ids: IdFactory, clock: Callable[[], datetime], *, overlap: int) -> None:
        self._ids = ids
        self._clock = clock
        self._overlap = overlap

    def probe(self, db: Connection, row: ListRow, *, asked_for: bool = False) -> JobRow | None:
        """Read a list's head; None where that is being done. One that somebody waits for goes first."""
        plan = self.probe_plan(db, row, asked_for=asked_for)
        priority = Priority.INTERACTIVE if asked_for else Priority.PROBE
        return self._open(db, row, Line(row.credential, row.direction), plan, priority)

    def search(self, db: Connection, row: ListRow) -> JobRow | None:
        """Read a list until as many are missing as left; None where its head is being read."""
        plan = msgspec.structs.replace(self.probe_plan(db, row), losses=row.tally.lost)
        return self._open(db, row, Line(row.credential, row.direction), plan, Priority.SWEEP)

    def look_again(self, db: Connection, row: ListRow, reach: int) -> JobRow | None:
        """Read what is free of a list today, for those who left; None where its head is being read."""
        plan = Probe(count=size_of(db, row), size=reach, losses=row.tally.lost, reach=reach)
        return self._open(db, row, Line(row.credential, row.direction), plan, Priority.PROBE)

    def probe_plan(self, db: Connection, row: ListRow, *, asked_for: bool = False) -> Probe:
        """A page as large as what is expected to be new, and the overlap that ends the reading."""
        largest = prices.quota(network_of(db, row), row.direction).page
        now, rate = self._clock(), Seen(row.changes, row.days).per_day
        if row.tally.expected is not None and row.counted_at is not None:
            expected = row.tally.came + rate * ((now - row.counted_at) / _DAY)
            size = min(largest, ceil(expected) + self._overlap)
        else:
            expected = rate * ((now - (row.probed_at or now)) / _DAY)
            size = paging.head_size(expected, overlap=self._overlap, largest=largest)
        return Probe(asked_for, size_of(db, row), size=size)

    def sweep(self, db: Connection, row: ListRow, *, asked_for: bool = False) -> JobRow | None:
        """Read a whole list; None where that is being done.

        Within one UTC day where that can be waited for, which a person is not asked to.
        """
        size, quota = size_of(db, row), prices.quota(network_of(db, row), row.direction)
        plan = Sweep(asked_for, size)
        begin = self._clock()
        if not asked_for:
            takes = days.time_for(days.pages(size, quota.page), quota)
            begin = days.begin_at(begin, takes)
        line = Line(row.credential, row.direction)
        return self._open(db, row, line, plan, Priority.SWEEP, begin=begin)

    def confirm(self, db: Connection, row: ListRow, *, asked_for: bool = False) -> JobRow | None:
        """Look up those missing from a list; None where that is being done."""
        line = Line(row.credential, prices.USERS)
        return self._open(db, row, line, Confirm(asked_for), Priority.SWEEP)

    def count(self, db: Connection, row: ListRow, owners: Sequence[int]) -> JobRow | None:
        """Look up owners who share a credential with this list; None where that is being done."""
        line = Line(row.credential, prices.USERS)
        return self._open(db, row, line, Count(owners=tuple(owners)), Priority.PROBE)

    def hasten(self, db: Connection, job: JobRow) -> None:
        """Let a job go on now that somebody waits for it, at that person's price."""
        if job.plan is None or job.out_until is not None:
            return
        plan = plans.decode(job.plan).wanted()
        priority = Priority.INTERACTIVE if isinstance(plan, Probe) else job.priority
        jobs.hasten(db, job, plans.encode(plan), priority=priority, now=self._clock())

    def _open(  # noqa: PLR0913 - a job is what it is, and where it waits
        self,
        db: Connection,
        row: ListRow,
        line: Line,
        plan: Plan,
        priority: Priority,
        *,
        begin: datetime | None = None,
    ) -> JobRow | None:
        now = self._clock()
        job = JobRow(
            id=self._ids.next(),
            owner=row.owner,
            direction=row.direction,
            mode=_MODES[type(plan)],
            state=JobState.OPEN,
            credential=line.credential,
            endpoint=line.endpoint,
            priority=priority,
            run_id=0,
            cursor=None,
            page_no=0,
            version=0,
            not_before=begin or now,
            out_until=None,
            attempts=0,
            served=lines.least_served(db, line),
            plan=plans.encode(plan),
            reason=TOMORROW if begin is not None and begin > now else None,
            created_at=now,
        )
        return job if jobs.add(db, job) else None


_MODES = {Probe: Mode.PROBE, Sweep: Mode.SWEEP, Confirm: Mode.CONFIRM, Count: Mode.COUNT}


def network_of(db: Connection, row: ListRow) -> str:
    """The network of a list's owner."""
    owner = accounts.get(db, row.owner)
    if owner is None:
        raise LookupError(f"a list of account {row.owner}, which there is not")
    return owner.network


def size_of(db: Connection, row: ListRow) -> int | None:
    """How many members a list has, by its network's count or our own; None: nobody knows.

    The larger one: a count may be old, and a list may have grown since it was read.
    """
    owner = accounts.get(db, row.owner)
    counted = owner and getattr(owner, row.direction)
    read = 0
    for run in runs.of_list(db, row.key):
        if run.mode is Mode.SWEEP and run.complete:
            return max(counted or 0, read + run.members)
        read += run.gained
    return counted
