"""How follow graphs stand: lists, what is being read, what waits and why, windows, money."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.money import dollars
from pipeline.domain.graph.rates import Seen
from pipeline.ingest.graph.intervals import Intervals, Standing
from pipeline.ingest.graph.turnstile import Spent, Turnstile
from pipeline.settings import Graph
from pipeline.store.graph import accounts, breakers, credentials, jobs, lists, windows
from pipeline.store.graph.breakers import Breaker
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow
from pipeline.store.graph.windows import WindowRow

FAILED_FOR = timedelta(days=7)
"""For so long a failed job is shown."""


class ListLine(NamedTuple):
    """A list, and why it is not read by itself, where it isn't."""

    row: ListRow
    owner: AccountRow
    per_day: float
    """Changes, as learnt."""
    note: str | None


class JobLine(NamedTuple):
    """A job and whose list it reads."""

    job: JobRow
    owner: AccountRow


class Means(NamedTuple):
    """What calls are made with."""

    windows: Sequence[WindowRow]
    budgets: Mapping[str, Spent]
    breakers: Sequence[Breaker]


class Overview(NamedTuple):
    """Everything at one moment."""

    at: datetime
    lists: Sequence[ListLine]
    jobs: Sequence[JobLine]
    open_jobs: int
    """How many there are; `jobs` may be fewer."""
    failed: Sequence[JobLine]
    means: Means


class Surveyor:
    """Looks at everything; changes nothing."""

    def __init__(self, graph: Graph, turnstile: Turnstile) -> None:
        self._graph = graph
        self._turnstile = turnstile
        self._intervals = Intervals(graph)

    def overview(self, db: Connection, *, now: datetime, limit: int) -> Overview:
        """How everything stands, with `limit` jobs of either kind."""
        rows, open_jobs = lists.listing(db), jobs.open_jobs(db, limit=limit)
        failed = jobs.failed_since(db, now - FAILED_FOR, limit=limit)
        owners = accounts.many(
            db, {row.owner for row in rows} | {job.owner for job in (*open_jobs, *failed)}
        )
        kept = {row.name: row for row in credentials.listing(db)}
        return Overview(
            now,
            [self._line(row, owners[row.owner], kept.get(row.credential)) for row in rows],
            [JobLine(job, owners[job.owner]) for job in open_jobs],
            jobs.count_open(db),
            [JobLine(job, owners[job.owner]) for job in failed],
            self.means(db),
        )

    def means(self, db: Connection) -> Means:
        """Rate windows that are open, every app's money, and what stops one."""
        apps = sorted({row.app for row in credentials.listing(db)})
        return Means(
            [row for row in windows.listing(db) if row.window.reset_at],
            {app: self._turnstile.spent(db, app) for app in apps},
            breakers.listing(db),
        )

    def _line(self, row: ListRow, owner: AccountRow, credential: CredentialRow | None) -> ListLine:
        note = row.paused
        if credential is None:
            note = unread(row)
        elif credential.broken is not None:
            note = f"the credential {credential.name!r} is broken: {credential.broken}"
        elif note is None:
            (standing,) = self._intervals.of([(row, owner, credential)])
            note = self._unswept(standing)
        return ListLine(row, owner, Seen(row.changes, row.days).per_day, note)

    def _unswept(self, each: Standing) -> str | None:
        if each.may_sweep:
            return None
        ask = "`afterword graph sync` asks first"
        if each.size is None:
            return f"not swept by itself, for its size is not known: {ask}"
        share = int(self._graph.daily_cap * self._graph.scheduled_share * 1_000_000)
        cost = dollars(each.size * each.price)
        return f"not swept by itself: {cost} is more than a day's share of {dollars(share)}; {ask}"


def unread(row: ListRow) -> str:
    """Why a list without a credential is not read: only archives tell of it, or it was logged out."""
    return row.paused or f"there is no credential {row.credential!r}: `afterword graph login`"
