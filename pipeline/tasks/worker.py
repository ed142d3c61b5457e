"""What the tasks of one worker process share."""

import random
from collections.abc import Sequence
from functools import partial

from pipeline.bootstrap import Container, build
from pipeline.domain.duties import Due
from pipeline.ingest.work import Bench
from pipeline.settings import Settings
from pipeline.store import deliveries
from pipeline.store.database import Database
from pipeline.tasks.handlers import HANDLERS


class Worker:
    """The container and the bench of a worker process: made after the pool has forked.

    `database` as `pipeline.bootstrap.build` takes it.
    """

    def __init__(self, settings: Settings, database: Database | None = None) -> None:
        self._settings = settings
        self._database = database
        self._made: tuple[Container, Bench] | None = None

    @property
    def container(self) -> Container:
        """What this process works with. `open` comes first."""
        return self._opened()[0]

    @property
    def bench(self) -> Bench:
        """Where deliveries are worked. `open` comes first."""
        return self._opened()[1]

    def open(self) -> None:
        """Build anew: what a parent process made does not survive a fork."""
        # A pool's processes make their own: this one has it in use when they are forked.
        database, self._database = self._database, None
        container = build(self._settings, database=database)
        bench = Bench(
            container.database,
            {name: partial(function, container) for name, function in HANDLERS.items()},
            lease=container.lease,
            clock=container.clock,
            jitter=random.random,
        )
        self._made = container, bench

    def give_back(self, waiting: Sequence[Due]) -> None:
        """Make due again what was taken from the line and not begun, for whoever works next."""
        if waiting:
            with self.container.database.write_relaxed() as db:
                deliveries.take_back(db, waiting)

    def close(self) -> None:
        """Close connections."""
        if self._made is not None:
            self._made[0].close()

    def _opened(self) -> tuple[Container, Bench]:
        if self._made is None:
            raise RuntimeError("Worker.open was not called in this process")
        return self._made
