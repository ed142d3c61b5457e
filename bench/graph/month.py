"""Afterword reading a simulated X for simulated days: its own code, in process, over HTTP.

Beat's tick and every delivery are worked as soon as they are due; then the clock moves on to what is
due next. Beat ticks every 15 minutes here, not every 5: a tick at which nothing is due does nothing,
and delays come out longer for it, not shorter.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from pipeline.bootstrap import assemble
from pipeline.domain.graph.kinds import Direction, ListKey, Mode
from pipeline.domain.graph.names import Name
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph.service import Wish
from pipeline.ingest.upkeep import Job, take_slot
from pipeline.ingest.work import Bench, Ending
from pipeline.settings import Graph, Settings
from pipeline.store import deliveries
from pipeline.store.graph import accounts, jobs, lists
from pipeline.store.network_tables import budget_ledger
from pipeline.store.tables import State, delivery
from pipeline.tasks.handlers import HANDLERS
from tests.simulators.x.clock import SimClock
from tests.simulators.x.credentials import App
from tests.simulators.x.people import handle_of
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.world import World
from tests.support.databases import migrated_sqlite

TICK = timedelta(minutes=15)
QUEUE = "graph"
CALL = 0.5
"""Seconds that a delivery takes."""


class StuckError(RuntimeError):
    """A delivery failed that should not have."""


class Month:
    """One owner's installation, and the X it reads."""

    def __init__(
        self, place: Path, x: SimulatedX, clock: SimClock, graph: Graph, *, every: timedelta = TICK
    ) -> None:
        self.x, self.clock = x, clock
        self._every = every
        self.database = migrated_sqlite(place / "afterword.db")
        settings = Settings(
            home=place,
            config=place / "afterword.toml",
            x_api_url=x.url,
            x_bearer_token=App().bearer,
            graph=graph,
        )
        self._ids = IdFactory(node=1, clock=clock)
        self.container = assemble(
            settings, self.database, ids=self._ids, clock=clock, key=b"a bench"
        )
        handlers = {name: partial(work, self.container) for name, work in HANDLERS.items()}
        self._bench = Bench(
            self.database, handlers, lease=self.container.lease, clock=clock, jitter=lambda: 1.0
        )
        self.keys: dict[str, ListKey] = {}
        """The lists that are kept, by their owner's native id."""

    def close(self) -> None:
        """Close the database."""
        self.container.close()

    def keep(self, owners: Sequence[str], wish: Wish) -> None:
        """Keep these accounts' followers, found by handle, as `graph add` does."""
        service = self.container.graph
        credential = service.credentials.choose("x")
        for owner in owners:
            handle = handle_of(self.x.world, self.x.world.graph.node_of(owner))
            found = service.finder.look_up(Name(handle, None), credential)
            with self.database.write() as db:
                service.keep(db, found, Direction.FOLLOWERS, credential, wish)
            self.keys[owner] = ListKey(found.ord, Direction.FOLLOWERS)

    def sweep(self) -> None:
        """Read every list whole, as `graph sync --mode sweep` does, to the end."""
        for key in self.keys.values():
            with self.database.write() as db:
                row = lists.get(db, key)
                assert row is not None  # noqa: S101 - it is kept
                self.container.graph.sync(db, row, Mode.SWEEP)
        self._work()
        while self._open_jobs():
            self._advance(self.clock().timestamp() + 60)
            self._work()

    def live(self, *, until: datetime) -> None:
        """Let time pass."""
        while self.clock() < until:
            self._tick()
            self._work()
            self._advance(min(self._next(), until.timestamp()))

    def ledger(self) -> dict[str, int]:
        """What our own ledger says was spent, by UTC day, in micro-dollars."""
        amount = func.sum(func.coalesce(budget_ledger.c.cost, budget_ledger.c.reserved))
        query = select(budget_ledger.c.day, amount).group_by(budget_ledger.c.day)
        with self.database.read() as db:
            return {day: int(total) for day, total in db.execute(query)}

    def natives(self, members: Sequence[int]) -> dict[int, str]:
        """Native ids by ordinal."""
        with self.database.read() as db:
            return {ord_: row.native_id for ord_, row in accounts.many(db, members).items()}

    def _tick(self) -> None:
        with self.database.write_relaxed() as db:
            take_slot(db, self._ids, Job("graph", self._every), now=self.clock())

    def _work(self) -> None:
        while due := self._due():
            for each in due:
                result = self._bench.work(each)
                if result.ending not in {Ending.DONE, Ending.STALE}:
                    raise StuckError(f"{each.handler} is {result.ending}: {self._error_of(each)}")
                if each.handler == "graph.fetch":
                    self.clock.advance(seconds=CALL)

    def _error_of(self, due: deliveries.Due) -> str:
        query = select(delivery.c.last_error).where(delivery.c.event_id == due.event_id)
        with self.database.read() as db:
            return str(db.execute(query).scalar())

    def _due(self) -> list[deliveries.Due]:
        with self.database.write_relaxed() as db:
            lease = self.container.lease
            return deliveries.hand_out(db, QUEUE, now=self.clock(), lease=lease, room=8)

    def _open_jobs(self) -> int:
        with self.database.read() as db:
            return jobs.count_open(db)

    def _next(self) -> float:
        """The next tick, or the next delivery before it."""
        now, every = self.clock().timestamp(), self._every.total_seconds()
        tick = (now // every + 1) * every
        query = select(func.min(delivery.c.next_at)).where(
            delivery.c.queue == QUEUE, delivery.c.state == State.PENDING
        )
        with self.database.read() as db:
            at = db.execute(query).scalar()
        return tick if at is None else max(min(tick, at.timestamp()), now)

    def _advance(self, to: float) -> None:
        self.clock.advance(seconds=max(0.0, to - self.clock().timestamp()))


@contextmanager
def installed(  # noqa: PLR0913 - an installation is what it is, and when
    place: Path,
    world: World,
    graph: Graph,
    *,
    start: datetime,
    seed: int,
    every: timedelta = TICK,
) -> Iterator[Month]:
    """An installation beside a served simulator; chance is seeded."""
    random.seed(seed)
    clock = SimClock(rate=0.0, start=start)
    with SimulatedX(world, clock=clock) as x:
        month = Month(place, x, clock, graph, every=every)
        try:
            yield month
        finally:
            month.close()
