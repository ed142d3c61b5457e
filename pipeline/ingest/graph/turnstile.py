"""The one way to a network: a place in its rate window, and the money, before every call.

Locks, on PostgreSQL, until the caller's transaction ends: `enter` takes the window's row, then the
app's money; `leave` and `refused` take the window's row. So a caller that also locks rows of its own
locks them before it comes here, or skips those that are locked.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.domain.backoff import delay_after
from pipeline.domain.graph import billing, prices
from pipeline.domain.graph import windows as rules
from pipeline.domain.graph.calls import Ask, Denied, Permit
from pipeline.domain.graph.failures import (
    CursorExpiredError,
    NoCreditsError,
    RateLimitedError,
    UsageCappedError,
)
from pipeline.domain.graph.port import NO_LIMITS, Limits
from pipeline.domain.graph.windows import GRACE, HIDDEN, SPREAD, Chance
from pipeline.domain.ids import IdFactory
from pipeline.errors import Rejected, Transient
from pipeline.ingest.graph import purse, slots
from pipeline.ingest.graph.purse import Purse, Spent
from pipeline.ingest.graph.slots import Slots
from pipeline.settings import Graph
from pipeline.store.graph import breakers, ledger, paid, windows
from pipeline.store.graph.breakers import Breaker

__all__ = ["Ask", "Denied", "Permit", "Spent", "Turnstile", "tidy"]

_CERTAIN = (CursorExpiredError, NoCreditsError, RateLimitedError, Rejected, UsageCappedError)
"""Failures that the network answered, and charges nothing for."""


class Turnstile:
    """Lets calls out, and takes what came of them."""

    def __init__(
        self, graph: Graph, ids: IdFactory, clock: Callable[[], datetime], chance: Chance
    ) -> None:
        self._graph = graph
        self._clock = clock
        self._chance = chance
        self._slots = Slots(ids, chance)
        self._purse = Purse(graph, ids, chance)

    def enter(self, db: Connection, ask: Ask) -> Permit | Denied:
        """Leave for one call, or why there is none. Ask in a small transaction, and commit.

        A step that asks again after a crash finds its reservation, and gets a new lease.
        Raises NotFoundError for a network whose prices are not known.
        """
        now = self._clock()
        price = prices.price(ask.network, ask.kind, owned=ask.owned).micros
        denied = self._stopped(db, ask.app, price, now=now)
        if denied := denied or self._slots.refused(db, ask, now=now):
            return denied
        reserved = self._purse.reserve(db, ask, price=price, now=now)
        if isinstance(reserved, Denied):
            return reserved
        lease, until = self._slots.take(db, ask, now=now)
        return Permit(ask, lease, until, price, reserved.id, again=reserved.again)

    def leave(
        self,
        db: Connection,
        permit: Permit,
        *,
        members: Sequence[int],
        limits: Limits,
        answered_at: datetime | None,
    ) -> int:
        """The call was answered with these resources, by ordinal. What it cost, in micro-dollars.

        Those paid for before on the same UTC day, of the network's clock, are free.
        """
        now = self._clock()
        self._slots.answered(db, permit, limits, now=now)
        return self._purse.settle(db, permit, members, answered_at=answered_at, now=now)

    def refused(
        self, db: Connection, permit: Permit, failure: Transient | Rejected, *, attempt: int = 1
    ) -> datetime | None:
        """The call failed, the `attempt`-th time in a row. When to come again.

        None: never by itself. Where nobody answered, the money stays reserved: it may be gone.
        """
        now = self._clock()
        if not isinstance(failure, _CERTAIN):
            self._slots.unanswered(db, permit, now=now)
            wait = delay_after(attempt, jitter=self._chance())
            return now + timedelta(seconds=max(wait, failure.delay or 0.0))
        self._purse.release(db, permit)
        if isinstance(failure, RateLimitedError) and not failure.hidden:
            return self._slots.closed(db, permit, failure.limits, now=now)
        limits = failure.limits if isinstance(failure, RateLimitedError) else NO_LIMITS
        self._slots.answered(db, permit, limits, now=now)
        return self._after(db, permit.ask.app, failure, now=now)

    def free(
        self,
        db: Connection,
        *,
        credential: str,
        endpoint: str,
        network: str,
        interactive: bool = False,
    ) -> int:
        """Calls that a window has room for now. Looks at no money and no breaker."""
        quota = prices.quota(network, endpoint).calls
        window, out = slots.standing(db, credential, endpoint, quota=quota, now=self._clock())
        return rules.room(window, out, interactive=interactive)

    def opens_at(self, db: Connection, credential: str, endpoint: str) -> datetime:
        """When a window without room has some: at its reset, else when the first call that is out
        is given up.
        """
        now = self._clock()
        window = windows.get(db, credential, endpoint)
        if window is not None and window.reset_at is not None and now < window.reset_at + GRACE:
            return window.reset_at
        ends = windows.leases(db, credential, endpoint)
        return min((end for end in ends if end > now), default=now)

    def spent(self, db: Connection, app: str) -> Spent:
        """Where an app stands, today and in this cycle."""
        return purse.spent(db, self._graph, app, now=self._clock())

    def accrued(self, db: Connection, app: str) -> int:
        """What an app may spend, by the calendar, on what nobody asked for and can wait."""
        return purse.accrued(db, self._graph, app, now=self._clock())

    def affordable(self, db: Connection, ask: Ask) -> int | None:
        """The largest `size` that the caps leave room for now; None: any, it costs nothing."""
        price = prices.price(ask.network, ask.kind, owned=ask.owned).micros
        if not price:
            return None
        return self._purse.room(db, ask, now=self._clock()) // price

    def _stopped(self, db: Connection, app: str, price: int, *, now: datetime) -> Denied | None:
        breaker = breakers.get(db, app)
        if breaker is not None and breaker.holds(now):
            until = breaker.until and breaker.until + SPREAD * self._chance()
            return Denied(until, breaker.reason)
        if price and self._graph.dry_run:
            return Denied(None, "this is a dry run: nothing that costs money is asked")
        return None

    def _after(
        self, db: Connection, app: str, failure: Transient | Rejected, *, now: datetime
    ) -> datetime | None:
        if isinstance(failure, Rejected):
            return None
        if isinstance(failure, NoCreditsError):
            breakers.trip(db, Breaker(app, failure.reason, now, None))
            return None
        if isinstance(failure, UsageCappedError):
            until = billing.cycle_end(now, self._graph.cycle_day)
            breakers.trip(db, Breaker(app, failure.reason, now, until))
            return until + SPREAD * self._chance()
        if isinstance(failure, RateLimitedError):
            return rules.between(*HIDDEN, now=now, chance=self._chance)
        return now


def tidy(db: Connection, *, now: datetime) -> None:
    """Close what nobody came back for, and forget what only mattered for its day."""
    today = billing.days(now)[0]
    paid.prune(db, before=today)
    ledger.write_off_before(db, today)
    breakers.prune(db, now=now)
    slots.tidy(db, now=now)
