"""A step of a sync job, from its event to its settlement.

First a small transaction: the step, a place in the rate window, the money. Then the call, with none
open. Then one that does everything: history, window and money, the job's next state, and whoever may
go next. Killed in between, the same step is taken again: it finds its reservation, and a page that
was taken in already moved the job on, so that nobody asks for it twice.

A long list that was read to its end has one step more, which asks nobody: what was seen is worked
out in a transaction that only reads, and the last one writes what came of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.events import PageDue
from pipeline.domain.graph.calls import Denied, Permit
from pipeline.domain.graph.failures import NetworkDownError
from pipeline.domain.graph.plans import Count, Sweep
from pipeline.domain.graph.port import FollowSource, Page, Profiles
from pipeline.errors import Rejected, Transient
from pipeline.ingest.graph.confirming import Confirmer
from pipeline.ingest.graph.counting import Counter
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.errands import Errand, Errands
from pipeline.ingest.graph.failing import Failures
from pipeline.ingest.graph.planner import Planner
from pipeline.ingest.graph.reading import Reader, Taken
from pipeline.ingest.graph.turnstile import Turnstile
from pipeline.ingest.work import Work
from pipeline.store.graph import jobs, lists
from pipeline.store.graph.credentials import CredentialRow

PLANNED_WITHIN = timedelta(seconds=0.3)
"""For each page of a list that ends: ten times what a page of 1,000 takes on two shared cores."""

OpenSource = Callable[[CredentialRow], FollowSource]
"""The network as a credential opens it."""


class Steps(NamedTuple):
    """Who does what in a step."""

    errands: Errands
    turnstile: Turnstile
    reader: Reader
    confirmer: Confirmer
    counter: Counter
    endings: Endings
    failures: Failures
    planner: Planner


class Fetcher:
    """Takes steps."""

    def __init__(self, steps: Steps, sources: OpenSource, clock: Callable[[], datetime]) -> None:
        self._steps = steps
        self._sources = sources
        self._clock = clock

    def fetch(self, work: Work) -> None:
        """Take the step that an event says is due; nothing, where the job is past it."""
        fact: PageDue = work.event.fact(PageDue)
        # On disk before the call: else a database that dies would forget what it may have cost.
        with work.database.write() as db:
            errand = self._steps.errands.prepare(db, int(fact.job), fact.version)
            entered = self._enter(db, errand) if errand else None
        if errand is None:
            return
        if errand.is_read:
            self._end(work, errand)
            return
        if isinstance(entered, Permit):
            self._ask(work, errand, entered)
            return
        with self._settling(work, errand) as (db, is_current):
            if is_current:
                self._stay(db, errand, entered)

    def _enter(self, db: Connection, errand: Errand) -> Permit | Denied | None:
        return self._steps.turnstile.enter(db, errand.ask) if errand.size else None

    def _end(self, work: Work, errand: Errand) -> None:
        work.hold(PLANNED_WITHIN * errand.job.page_no)
        with work.database.read() as db:
            planned = self._steps.endings.planned(db, errand.job)
        with self._settling(work, errand) as (db, is_current):
            if is_current and isinstance(errand.plan, Sweep):
                jobs.step(db, self._steps.endings.swept(db, errand.job, errand.plan, planned))

    def _ask(self, work: Work, errand: Errand, permit: Permit) -> None:
        asked_at = self._clock()
        try:
            answer = errand.run(self._sources(errand.credential))
        except (Rejected, Transient) as failure:
            with self._settling(work, errand) as (db, is_current):
                self._fail(db, errand, permit, failure, is_current=is_current)
            return
        with self._settling(work, errand) as (db, is_current):
            if is_current:
                self._take(db, errand, permit, answer, asked_at)
            else:
                self._fail(db, errand, permit, _LATE, is_current=False)

    def _take(
        self,
        db: Connection,
        errand: Errand,
        permit: Permit,
        answer: Page | Profiles,
        asked_at: datetime,
    ) -> None:
        now = self._clock()
        if isinstance(answer, Profiles) and isinstance(errand.plan, Count):
            taken = self._steps.counter.take(db, errand, answer, now=now)
        elif isinstance(answer, Profiles):
            taken = self._steps.confirmer.take(db, errand, answer, now=now)
        else:
            taken = self._steps.reader.take(db, errand, answer, asked_at=asked_at, now=now)
        # Last, for it locks the window: others wait for this commit, and taking a page in takes time.
        self._steps.turnstile.leave(
            db,
            permit,
            members=taken.members,
            limits=answer.limits,
            answered_at=answer.answered_at,
        )
        jobs.step(db, taken.job._replace(served=self._served(db, taken)))

    def _served(self, db: Connection, taken: Taken) -> float:
        """Virtual time: a page counts less for a list of more interest."""
        row = lists.get(db, taken.job.key)
        return taken.job.served + 1 / max(row.interest if row else 1.0, 1e-3)

    def _fail(
        self,
        db: Connection,
        errand: Errand,
        permit: Permit,
        failure: Rejected | Transient,
        *,
        is_current: bool,
    ) -> None:
        if is_current:
            self._steps.failures.take(db, errand, permit, failure)
        else:
            self._steps.turnstile.refused(db, permit, failure)

    def _stay(self, db: Connection, errand: Errand, denied: Denied | None) -> None:
        """Nothing was asked: there was no leave, or nobody to ask about."""
        if denied is None:
            jobs.step(db, self._steps.endings.done(errand.job))
        else:
            self._steps.failures.park(db, errand.job, denied.until, denied.reason)

    @contextmanager
    def _settling(self, work: Work, errand: Errand) -> Iterator[tuple[Connection, bool]]:
        """The transaction of the step's effect, and whether the step is still the job's own."""
        with work.settle() as db:
            job = jobs.get(db, errand.job.id, lock=True)
            is_current = job is not None and job.is_open and job.version == errand.job.version
            yield db, is_current
            others = {job.line for job in jobs.open_of(db, errand.job.key)}
            for line in sorted({errand.job.line, *others}):
                self._steps.planner.hand_out(db, line)


_LATE = NetworkDownError("the step was taken by another task meanwhile")
