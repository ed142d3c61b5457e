"""How jobs end: what was learnt, what follows from it, when the list is read again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import JobState, Mode
from pipeline.domain.graph.plans import Probe, Sweep
from pipeline.domain.graph.rates import Seen
from pipeline.domain.graph.tally import Tally
from pipeline.ingest.graph.finishing import Finished, Plan
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.orders import Orders
from pipeline.store.graph import lists, suspects
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow

AFTER_FAILURE = timedelta(days=1)
"""A list whose job failed is left alone for so long, unless somebody asks."""

PLANS = 3
"""How often the end of a sweep is planned. Then it is worked out while everybody waits."""

_DAY = timedelta(days=1)


class Endings:
    """Ends jobs. The caller stores them, and owns the transaction."""

    def __init__(self, history: History, orders: Orders, clock: Callable[[], datetime]) -> None:
        self._history = history
        self._orders = orders
        self._clock = clock

    def probed(self, db: Connection, job: JobRow, plan: Probe) -> JobRow:
        """A probe has met what was known, or the list's end; whoever is missing is looked up."""
        before = lists.get(db, job.key)
        ended = job.cursor is None
        finished = self._history.finish_probe(db, job.run_id, now=self._clock(), ended=ended)
        if before is not None:
            self._learn(db, before, finished)
            came, searched = finished.gained + finished.returned, plan.searches
            tally = before.tally.after_head(came=came, missing=finished.suspects, searched=searched)
            searched_at = self._clock() if searched else before.searched_at
            values = {"next_probe_at": None, "searched_at": searched_at}
            lists.change(db, job.key, **values, **tally._asdict())
            if finished.suspects:
                self._orders.confirm(db, before, asked_for=plan.asked_for)
        return self.done(job)

    def planned(self, db: Connection, job: JobRow) -> Plan | None:
        """What `swept` is to change, worked out while others write; None: it has to do that itself.

        A list that changes all the time gets no further plan after a few.
        """
        return None if job.attempts >= PLANS else self._history.plan_sweep(db, job.run_id)

    def swept(
        self, db: Connection, job: JobRow, plan: Sweep, planned: Plan | None = None
    ) -> JobRow:
        """A sweep has seen the whole list; whoever is missing is looked up.

        Where the plan stands no more, because the list was changed meanwhile, another is made.
        """
        before = lists.get(db, job.key)
        finished = self._finished(db, job, planned)
        if finished is None:
            return job._replace(attempts=job.attempts + 1)
        if before is not None:
            if before.swept_at is not None:
                self._learn(db, before, finished)
            times = {"next_probe_at": None, "next_sweep_at": None, "counted_at": None}
            values = times | {"searched_at": self._clock()} | Tally()._asdict()
            lists.change(db, job.key, **values)
            if suspects.count(db, job.key):  # also those an earlier look-up said nothing of
                self._orders.confirm(db, before, asked_for=plan.asked_for)
        return self.done(job)

    def done(self, job: JobRow, reason: str | None = None) -> JobRow:
        """It has nothing left to do."""
        return job._replace(state=JobState.DONE, reason=reason, finished_at=self._clock())

    def failed(self, db: Connection, job: JobRow, reason: str) -> JobRow:
        """It can't go on; the list is tried again after a while."""
        self.drop_run(db, job)
        later = self._clock() + AFTER_FAILURE
        if job.mode == Mode.PROBE:
            lists.change(db, job.key, next_probe_at=later)
        elif job.mode == Mode.SWEEP:
            lists.change(db, job.key, next_sweep_at=later)
        return job._replace(state=JobState.FAILED, reason=reason, finished_at=self._clock())

    def drop_run(self, db: Connection, job: JobRow) -> None:
        """What it has read so far counts for nothing."""
        if job.run_id:
            self._history.abandon(db, job.run_id)

    def _finished(self, db: Connection, job: JobRow, planned: Plan | None) -> Finished | None:
        if planned is None:
            return self._history.finish_sweep(db, job.run_id, now=self._clock())
        return self._history.end_as_planned(db, planned, now=self._clock())

    def _learn(self, db: Connection, before: ListRow, finished: Finished) -> None:
        """How fast the list changes, as heads show it: who came since the last look at it."""
        if before.probed_at is None:
            return
        days = (self._clock() - before.probed_at) / _DAY
        came = finished.gained + finished.refollowed + finished.returned
        seen = Seen(before.changes, before.days).after(came, days=max(days, 0.0))
        lists.change(db, before.key, changes=seen.changes, days=seen.days)
