"""An owner's installation beside the simulated X: the real code, with the simulation's clock.

It works its own deliveries in this process. The set that the demo started lives by the real clock,
and a simulated week would take it a week.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from pipeline.bootstrap import Container, assemble
from pipeline.demo.follows.simulated import ACCOUNTS, Simulated
from pipeline.domain.duties import Due
from pipeline.domain.graph.kinds import Direction, ListKey, Mode, X
from pipeline.domain.graph.names import Name
from pipeline.domain.ids import IdFactory
from pipeline.errors import StartError
from pipeline.ingest import upkeep
from pipeline.ingest.graph.service import Wish
from pipeline.ingest.work import Bench, Ending, Handler
from pipeline.settings import Graph, Settings
from pipeline.store import deliveries, schema
from pipeline.store.database import Database
from pipeline.store.graph import jobs, lists
from pipeline.tasks.handlers import HANDLERS

BUDGET = Graph(daily_cap=60.0, cycle_cap=100.0)
TOKEN = "simulated-bearer"  # noqa: S105 - the simulation's own, known to everybody
QUEUE = "graph"
STEP = timedelta(hours=2)
_ROOM = 64


class Keeping:
    """Three lists of followers, kept through simulated time. Close it in the end."""

    def __init__(self, home: Path, x: Simulated) -> None:
        self.x = x
        settings = Settings(
            home=home,
            config=home / "afterword.toml",
            x_api_url=x.url,
            x_bearer_token=TOKEN,
            graph=BUDGET,
        )
        database = Database(settings.database)
        with database.write() as db:
            schema.upgrade(db)
        ids = IdFactory(node=1, clock=x)
        key = secrets.token_bytes(16)
        self.container: Container = assemble(settings, database, ids=ids, clock=x, key=key)
        handlers: dict[str, Handler] = {
            name: partial(work, self.container) for name, work in HANDLERS.items()
        }
        self._bench = Bench(
            database, handlers, lease=self.container.lease, clock=x, jitter=lambda: 1.0
        )

    def close(self) -> None:
        """Close the database."""
        self.container.close()

    def add(self) -> None:
        """Keep the accounts' followers, each looked up once: a quote is for as many as it counts."""
        graph = self.container.graph
        credential = graph.credentials.choose(X)
        names = [Name(None, native_id) for native_id in ACCOUNTS]
        known = graph.finder.known(names, X)
        with self.container.database.write() as db:
            for row in known.values():
                graph.keep(db, row, Direction.FOLLOWERS, credential, Wish(sweep_days=7))
        graph.finder.profiles(list(known.values()), credential)

    def read(self, mode: Mode) -> None:
        """Read every list now, to the end."""
        database, graph = self.container.database, self.container.graph
        with database.write() as db:
            for row in lists.listing(db):
                graph.sync(db, row, mode)
        self._work()
        while self._open():
            self.x.advance(timedelta(minutes=1))
            self._work()

    def live(self, time: timedelta) -> None:
        """Let time pass; what beat asks for is done."""
        (tick,) = [job for job in upkeep.SCHEDULE if job.name == "graph"]
        end = self.x() + time
        while self.x() < end:
            self.x.advance(min(STEP, end - self.x()))
            with self.container.database.write_relaxed() as db:
                upkeep.take_slot(db, self.container.ids, tick, now=self.x())
            self._work()

    def keys(self) -> Sequence[ListKey]:
        """The lists that are kept."""
        with self.container.database.read() as db:
            return [row.key for row in lists.listing(db)]

    def _open(self) -> int:
        with self.container.database.read() as db:
            return jobs.count_open(db)

    def _work(self) -> None:
        while due := self._due():
            for each in due:
                result = self._bench.work(each)
                if result.ending is Ending.DEAD:
                    raise StartError(f"{each.handler} failed: {result.reason}")

    def _due(self) -> list[Due]:
        lease = self.container.lease
        with self.container.database.write_relaxed() as db:
            return deliveries.hand_out(db, QUEUE, now=self.x(), lease=lease, room=_ROOM)
