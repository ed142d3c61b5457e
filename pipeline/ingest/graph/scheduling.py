"""What beat asks for: lists that are due get a job, and those just read get their next time.

Everything is decided in a read; the write that follows touches only what changes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.ingest.graph import probing, searching
from pipeline.ingest.graph.failing import TOO_MANY
from pipeline.ingest.graph.fetching import Steps
from pipeline.ingest.graph.intervals import Intervals, Standing
from pipeline.ingest.graph.orders import Orders
from pipeline.ingest.graph.turnstile import tidy
from pipeline.ingest.work import Work
from pipeline.store.graph import accounts, credentials, jobs, lines, lists
from pipeline.store.graph.lists import ListRow

AT_ONCE = 200
"""Lists that one tick gives a job or a time at most: the next tick takes the others."""

LOOKED_UP = 100
"""Accounts in one request at most."""

LOST = "its tasks ended without an answer: see `afterword events list --state dead`"
_DAY = timedelta(days=1)


class Draft(NamedTuple):
    """What a tick is to do."""

    times: Sequence[tuple[ListRow, dict[str, datetime]]] = ()
    probes: Sequence[ListRow] = ()
    sweeps: Sequence[ListRow] = ()
    counts: Sequence[ListRow] = ()
    searches: Sequence[ListRow] = ()


class Scheduler:
    """Keeps lists read as often as their budget allows."""

    def __init__(
        self,
        intervals: Intervals,
        orders: Orders,
        steps: Steps,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._intervals = intervals
        self._orders = orders
        self._endings = steps.endings
        self._planner = steps.planner
        self._turnstile = steps.turnstile
        self._clock = clock
        self._chance = chance

    def tick(self, work: Work) -> None:
        """Set times, mend what was left behind, open jobs, hand out."""
        with work.database.read() as db:
            standings = self.standings(db)
            found = searching.chosen(standings, self._accrued(db, standings), now=self._clock())
            draft = self._draft(standings)._replace(searches=[each.row for each in found])
        with work.settle() as db:
            for row, values in draft.times:
                lists.change(db, row.key, **values)
            self._mend(db)
            for row in draft.sweeps:
                self._order(db, row, self._orders.sweep)
            for row in draft.probes:
                self._order(db, row, self._orders.probe)
            for row in draft.searches:
                self._order(db, row, self._orders.search)
            for rows in _batches(draft.counts):
                self._orders.count(db, rows[0], [row.owner for row in rows])
            for line in lines.lines(db):
                self._planner.hand_out(db, line)

    def standings(self, db: Connection) -> list[Standing]:
        """Every list that can be read, with what that costs and how often it should be."""
        rows = lists.listing(db)
        if not rows:
            return []
        owners = accounts.many(db, {row.owner for row in rows})
        usable = {row.name: row for row in credentials.listing(db) if row.broken is None}
        return self._intervals.of(
            (row, owners[row.owner], usable[row.credential])
            for row in rows
            if row.paused is None and row.credential in usable and row.owner in owners
        )

    def _accrued(self, db: Connection, standings: Iterable[Standing]) -> dict[str, int]:
        apps = {each.credential.app for each in standings if each.searched}
        return {app: self._turnstile.accrued(db, app) for app in apps}

    def _draft(self, standings: Iterable[Standing]) -> Draft:
        now = self._clock()
        times: list[tuple[ListRow, dict[str, datetime]]] = []
        probes, sweeps, counts = [], [], []
        for each in standings:
            if self._sweep_is_due(each, now):
                sweeps.append(each.row)
            elif probing.is_due(each, now):
                probes.append(each.row)
            if probing.count_is_due(each, now):
                counts.append(each.row)
            if values := self._times(each):
                times.append((each.row, values))
        return Draft(times[:AT_ONCE], probes[:AT_ONCE], sweeps[:AT_ONCE], counts)

    def _sweep_is_due(self, each: Standing, now: datetime) -> bool:
        """A list's first reading is a sweep: a probe needs to know whom it may stop at."""
        first = each.row.swept_at is None and each.row.next_sweep_at is None
        return each.may_sweep and (first or _is_past(each.row.next_sweep_at, now))

    def _times(self, each: Standing) -> dict[str, datetime]:
        """Next times where there are none, each a fifth earlier or later: no herd forms."""
        values, row = {}, each.row
        if row.swept_at is not None and row.next_probe_at is None:
            last = row.probed_at or row.swept_at
            often = probing.LEAST_PER_DAY if each.counts else each.polls
            values["next_probe_at"] = last + _DAY / often * self._jitter()
        if row.swept_at is not None and row.next_sweep_at is None and each.may_sweep:
            values["next_sweep_at"] = row.swept_at + _DAY * each.sweep_days * self._jitter()
        return values

    def _jitter(self) -> float:
        return 0.8 + 0.4 * self._chance()

    def _order(self, db: Connection, row: ListRow, order: Callable[..., object]) -> None:
        """Open a job unless the list was read since the draft was made."""
        current = lists.get(db, row.key)
        if current is not None and current.probed_at == row.probed_at:
            order(db, current)

    def _mend(self, db: Connection) -> None:
        now = self._clock()
        tidy(db, now=now)
        for job in lines.lost(db, now=now, limit=AT_ONCE):
            again = job._replace(attempts=job.attempts + 1)
            if again.attempts < TOO_MANY:
                jobs.park(db, again, until=now, reason=LOST)
            else:
                jobs.step(db, self._endings.failed(db, again, LOST))


def _batches(rows: Sequence[ListRow]) -> Iterable[Sequence[ListRow]]:
    """Lists whose owners one request looks up: those of a credential, each owner once."""
    for _, group in groupby(
        sorted(rows, key=lambda row: row.credential), lambda row: row.credential
    ):
        different = list({row.owner: row for row in group}.values())
        for first in range(0, len(different), LOOKED_UP):
            yield different[first : first + LOOKED_UP]


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
