"""Pages of a list: taken into its history, and what the job does next."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import fence, paging, plans, prices
from pipeline.domain.graph.kinds import Mode
from pipeline.domain.graph.plans import Lookup, Probe, Sweep
from pipeline.domain.graph.port import Page
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.errands import Errand
from pipeline.ingest.graph.history import History
from pipeline.store.graph.jobs import JobRow

LONG = 10_000
"""Members past which a list's end is worked out before the transaction that writes it."""


class Taken(NamedTuple):
    """A step that was taken: the job after it, and the people that were paid for."""

    job: JobRow
    members: Sequence[int]


class Reader:
    """Probes and sweeps. The caller owns the transaction."""

    def __init__(self, history: History, endings: Endings) -> None:
        self._history = history
        self._endings = endings

    def take(
        self, db: Connection, errand: Errand, page: Page, *, asked_at: datetime, now: datetime
    ) -> Taken:
        """Take in a page that was asked for at `asked_at`, and move the job on."""
        job, plan, people = errand.job, errand.plan, page.people
        if isinstance(plan, Lookup):
            raise TypeError(f"a page for a plan of {type(plan).__name__}")
        run_id = job.run_id or self._history.begin(db, job.key, mode=Mode(job.mode), at=asked_at)
        closing = isinstance(plan, Sweep) and bool(plan.closing_from)
        members = self._history.take_page(
            db, run_id, job.page_no, errand.owner.network, people, read_at=now, closing=closing
        )
        plan = plan.after(size=errand.size, people=len(people))
        job = job._replace(
            run_id=run_id,
            page_no=job.page_no + 1,
            cursor=page.cursor,
            attempts=0,
            not_before=now,
            plan=plans.encode(plan),
        )
        if isinstance(plan, Probe):
            return Taken(self._probe(db, errand, job, plan), members)
        return Taken(self._sweep(db, errand, job, plan), members)

    def _probe(self, db: Connection, errand: Errand, job: JobRow, plan: Probe) -> JobRow:
        head = self._history.head(db, job.key, job.run_id)
        found = len(head.missing) >= plan.losses or plan.seen >= (plan.reach or fence.LENGTH)
        if job.cursor is None or (head.stop and found):
            return self._endings.probed(db, job, plan)
        if head.stop:
            size = paging.search_size(plan.losses - len(head.missing))
            return self._on(db, errand, job, plan.resized(size))
        largest = prices.quota(errand.owner.network, job.endpoint).page
        size = paging.following_size(plan.size, arrived=head.arrived, largest=largest)
        return self._on(db, errand, job, plan.resized(size))

    def _sweep(self, db: Connection, errand: Errand, job: JobRow, plan: Sweep) -> JobRow:
        if plan.closing_from:
            head = self._history.closing_head(db, job.key, job.run_id)
            if head.stop or job.cursor is None:
                return self._read(db, job, plan)
        elif job.cursor is None:
            if self._history.closing_head(db, job.key, job.run_id).stop:
                return self._read(db, job, plan)
            plan = plan.closing(job.page_no)
        return self._on(db, errand, job, plan)

    def _read(self, db: Connection, job: JobRow, plan: Sweep) -> JobRow:
        """At its end. Of a long list that is a step of its own: see `Fetcher`."""
        if plan.seen < LONG:
            return self._endings.swept(db, job, plan)
        return job._replace(plan=plans.encode(plan.read()))

    def _on(self, db: Connection, errand: Errand, job: JobRow, plan: Probe | Sweep) -> JobRow:
        """One page further, unless the pages go round in circles."""
        loop = paging.loop_in(
            asked=errand.job.cursor,
            answered=job.cursor,
            empty=plan.empty,
            people_asked=plan.asked,
            count=plan.count,
        )
        if loop is not None:
            return self._endings.failed(db, job, loop)
        return job._replace(plan=plans.encode(plan))
