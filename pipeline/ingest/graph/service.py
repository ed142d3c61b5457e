"""Follow graphs, as tasks and commands use them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import prices
from pipeline.domain.graph.kinds import Direction, ListKey, Mode
from pipeline.domain.graph.money import CAPPED
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph.confirming import Confirmer
from pipeline.ingest.graph.counting import Counter
from pipeline.ingest.graph.credentials import Credentials
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.errands import Errands
from pipeline.ingest.graph.failing import Failures
from pipeline.ingest.graph.fetching import Fetcher, OpenSource, Steps
from pipeline.ingest.graph.finding import Finder
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.intervals import Intervals
from pipeline.ingest.graph.orders import Orders
from pipeline.ingest.graph.planner import Planner
from pipeline.ingest.graph.reading import Reader
from pipeline.ingest.graph.scheduling import Scheduler
from pipeline.ingest.graph.sources import Sources
from pipeline.ingest.graph.turnstile import Turnstile
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.store.graph import breakers, credentials, jobs, lines, lists
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow


class Wish(NamedTuple):
    """How a list is to be kept. None: as it is, or as a new list is by default."""

    interest: float | None = None
    sweep_days: float | None = None

    def values(self) -> dict[str, Any]:
        """The columns that are wished for."""
        return {name: value for name, value in self._asdict().items() if value is not None}


class Graph:
    """Lists of follow graphs: which are kept, and reading them."""

    def __init__(  # noqa: PLR0913 - each is a part of the outside world
        self,
        settings: Settings,
        database: Database,
        ids: IdFactory,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        history: History,
        erased: Erased,
        sources: OpenSource | None = None,
    ) -> None:
        """`sources` in place of the networks that the settings and credentials open."""
        self._clock = clock
        overlap = settings.graph.overlap
        self.credentials = Credentials(settings, database, clock)
        self.turnstile = Turnstile(settings.graph, ids, clock, chance)
        self.history = history
        self.planner = Planner(self.turnstile, ids, clock=clock, chance=chance)
        self.orders = Orders(ids, clock, overlap=overlap)
        endings = Endings(self.history, self.orders, clock)
        steps = Steps(
            errands=Errands(self.turnstile, overlap=overlap),
            turnstile=self.turnstile,
            reader=Reader(self.history, endings),
            confirmer=Confirmer(self.history, endings, erased),
            counter=Counter(endings, erased, self.orders, overlap=overlap),
            endings=endings,
            failures=Failures(self.turnstile, endings, clock),
            planner=self.planner,
        )
        open_source = sources or Sources(settings, database, clock)
        self.finder = Finder(
            database, self.turnstile, open_source, ids=ids, clock=clock, erased=erased
        )
        self.fetcher = Fetcher(steps, open_source, clock)
        intervals = Intervals(settings.graph)
        self.scheduler = Scheduler(intervals, self.orders, steps, clock=clock, chance=chance)

    def keep(
        self,
        db: Connection,
        owner: AccountRow,
        direction: Direction,
        credential: CredentialRow,
        wish: Wish,
    ) -> bool:
        """Keep a list from now on, or keep it otherwise; whether it is new."""
        key = ListKey(owner.ord, direction)
        values = wish.values() | {"credential": credential.name, "paused": None}
        if lists.change(db, key, **values):
            return False
        lists.save(db, ListRow(owner.ord, direction, credential.name)._replace(**wish.values()))
        return True

    def drop(self, db: Connection, key: ListKey) -> bool:
        """Read a list no more; whether it was kept. What is known of it stays."""
        for job in jobs.drop_open(db, key):
            if job.run_id:
                self.history.abandon(db, job.run_id)
        return lists.remove(db, key)

    def sync(self, db: Connection, row: ListRow, mode: Mode | None) -> JobRow | None:
        """Read a list now, at the asker's price; the job that does it.

        A list that was never read is swept, whatever the mode. One that is being read already is
        read sooner. A broken credential is tried once more: whoever asks may have mended at the
        network what it was refused for.
        """
        lists.change(db, row.key, paused=None)
        credentials.mend(db, row.credential)
        wanted = self.mode_of(row, mode)
        order = self.orders.sweep if wanted is Mode.SWEEP else self.orders.probe
        job = order(db, row, asked_for=True)
        if job is None:
            (job,) = jobs.open_of(db, row.key, wanted)
            self.orders.hasten(db, job)
        self.planner.hand_out(db, job.line)
        return jobs.get(db, job.id)

    def close_breaker(self, db: Connection, app: str) -> bool:
        """Let an app ask again, and whoever waits for that go on; False where nothing stops it."""
        breaker = breakers.get(db, app)
        if breaker is None:
            return False
        breakers.close(db, app)
        names = {row.name for row in credentials.listing(db) if row.app == app}
        for line in sorted(each for each in lines.lines(db) if each.credential in names):
            lines.hold(db, line)
            lines.wake(db, line, reason=breaker.reason, now=self._clock())
            self.planner.hand_out(db, line)
        return True

    def reconsider(self, db: Connection) -> int:
        """Have the jobs that wait for a cap ask again, for the settings may have another; how many.

        For a process that starts.
        """
        woken = 0
        for line in sorted(lines.lines(db)):
            lines.hold(db, line)
            woken += lines.wake(db, line, reason=CAPPED, now=self._clock())
            self.planner.hand_out(db, line)
        return woken

    @staticmethod
    def mode_of(row: ListRow, mode: Mode | None) -> Mode:
        """How a list would be read: a sweep where it was never read, else as asked, else a probe."""
        return Mode.SWEEP if row.swept_at is None else mode or Mode.PROBE

    @staticmethod
    def look_up_price(network: str) -> int:
        """What finding an account by its handle costs, in micro-dollars."""
        return prices.price(network, prices.USER, owned=False).micros
