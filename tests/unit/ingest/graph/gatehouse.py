"""A turnstile on a database, with hands that ask it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select

from pipeline.domain.graph.port import NO_LIMITS, Limits
from pipeline.domain.ids import IdFactory
from pipeline.errors import Rejected, Transient
from pipeline.ingest.graph.turnstile import Ask, Denied, Permit, Spent, Turnstile, tidy
from pipeline.settings import Graph
from pipeline.store.database import Database
from pipeline.store.graph import breakers, windows
from pipeline.store.network_tables import budget_ledger
from tests.support.clock import FakeClock


class Gatehouse:
    """Every method is a transaction of its own."""

    def __init__(self, database: Database, clock: FakeClock, **graph: Any) -> None:
        self.database = database
        self.clock = clock
        self.ids = IdFactory(node=1, clock=clock)
        self.chance = 0.0
        self.jobs = count(1)
        self.set(**graph)

    def set(self, **graph: Any) -> None:
        """Start again with other settings."""
        settings = Graph(**({"daily_cap": 100.0, "cycle_cap": 1000.0} | graph))
        self.turnstile = Turnstile(settings, self.ids, self.clock, lambda: self.chance)

    def ask(self, **fields: Any) -> Ask:
        """A page of somebody's followers, of a new job, unless said otherwise."""
        values: dict[str, Any] = {
            "job_id": next(self.jobs),
            "step": 0,
            "credential": "main",
            "app": "app",
            "network": "x",
            "endpoint": "followers",
            "kind": "followers",
            "owner": 7,
            "owned": False,
            "size": 100,
        }
        return Ask(**(values | fields))

    def try_(self, ask: Ask | None = None, **fields: Any) -> Permit | Denied:
        with self.database.write() as db:
            return self.turnstile.enter(db, ask or self.ask(**fields))

    def enter(self, ask: Ask | None = None, **fields: Any) -> Permit:
        found = self.try_(ask, **fields)
        assert isinstance(found, Permit), found
        return found

    def denied(self, ask: Ask | None = None, **fields: Any) -> Denied:
        found = self.try_(ask, **fields)
        assert isinstance(found, Denied), found
        return found

    def opens_at(self) -> datetime:
        with self.database.read() as db:
            return self.turnstile.opens_at(db, "main", "followers")

    def leave(
        self,
        permit: Permit,
        members: Sequence[int] = (),
        *,
        limits: Limits = NO_LIMITS,
        answered_at: datetime | None = None,
    ) -> int:
        with self.database.write() as db:
            return self.turnstile.leave(
                db, permit, members=members, limits=limits, answered_at=answered_at
            )

    def refused(
        self, permit: Permit, failure: Transient | Rejected, **more: Any
    ) -> datetime | None:
        with self.database.write() as db:
            return self.turnstile.refused(db, permit, failure, **more)

    def warm(self, remaining: int = 300, *, minutes: float = 15, **fields: Any) -> None:
        """Have the window answered once, so that calls may go out side by side."""
        limits = Limits(300, remaining, self.clock.now + minutes * MINUTE)
        self.leave(self.enter(**fields), limits=limits)

    def free(self, *, interactive: bool = False) -> int:
        with self.database.read() as db:
            return self.turnstile.free(
                db,
                credential="main",
                endpoint="followers",
                network="x",
                interactive=interactive,
            )

    def remaining(self) -> int:
        with self.database.read() as db:
            window = windows.get(db, "main", "followers")
        assert window is not None
        return window.remaining

    def spent(self) -> Spent:
        with self.database.read() as db:
            return self.turnstile.spent(db, "app")

    def accrued(self) -> int:
        with self.database.read() as db:
            return self.turnstile.accrued(db, "app")

    def rows(self) -> int:
        """How many rows the ledger holds."""
        with self.database.read() as db:
            return db.execute(select(func.count()).select_from(budget_ledger)).scalar_one()

    def close_breaker(self) -> bool:
        with self.database.write() as db:
            return breakers.close(db, "app")

    def tidy(self) -> None:
        with self.database.write() as db:
            tidy(db, now=self.clock())


MINUTE = timedelta(minutes=1)
