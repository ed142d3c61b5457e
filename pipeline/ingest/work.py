"""Working one delivery: claim, effect, settle. What Celery carries is only the wish to do so."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.backoff import delay_after
from pipeline.domain.duties import Due
from pipeline.domain.routes import attempts_for
from pipeline.errors import Rejected, Transient
from pipeline.store import deliveries, log
from pipeline.store.database import Database
from pipeline.store.deliveries import Claim
from pipeline.store.log import StoredEvent

ERROR_LIMIT = 4000
"""Characters of a traceback that a row keeps."""


class Ending(StrEnum):
    """How a delivery's attempt ended."""

    DONE = "done"
    STALE = "stale"  # settled, or begun by somebody else: nothing was changed
    PARKED = "parked"
    DEAD = "dead"


class Result(NamedTuple):
    """An ending; `reason` for people, `delay` in seconds while parked."""

    ending: Ending
    reason: str = ""
    delay: float = 0.0


class LostClaimError(Exception):
    """The lease ran out and another worker took over: what this one did is rolled back."""


class Work:
    """A claimed delivery in a handler's hands."""

    def __init__(
        self,
        database: Database,
        event: StoredEvent,
        claim: Claim,
        *,
        clock: Callable[[], datetime],
        lease: timedelta,
    ) -> None:
        self.database = database
        self.event = event
        self.clock = clock
        self._claim = claim
        self._lease = lease
        self._renewed_at = clock()
        self.settled = False

    def renew(self) -> None:
        """Keep the claim: for work that takes longer than a lease, called between its parts.

        Raises LostClaimError where another worker has begun it.
        """
        if self.clock() - self._renewed_at >= self._lease / 4:
            self._keep(self._lease)

    def hold(self, span: timedelta) -> None:
        """The same for one part that may take so long and can't be interrupted.

        A claim whose worker dies in it is let go no earlier.
        """
        if span > self._lease:
            self._keep(span)

    def _keep(self, span: timedelta) -> None:
        self._renewed_at = now = self.clock()
        with self.database.write_relaxed() as db:
            if not deliveries.renew(db, self._claim, until=now + span):
                raise LostClaimError

    @contextmanager
    def settle(self) -> Iterator[Connection]:
        """The transaction of the effect: `done` is part of it. Once per delivery.

        It waits for no disk: a power cut takes effect and `done` back together, the event stays
        (its own commit was flushed before the 202), and the delivery is worked again.
        Raises LostClaimError where the claim is no longer the newest.
        """
        with self.database.write_relaxed() as db:
            if not deliveries.done(db, self._claim, now=self.clock()):
                raise LostClaimError
            yield db
        self.settled = True


Handler = Callable[[Work], None]


class Bench:
    """Where deliveries are worked: one per process, used by all its threads."""

    def __init__(
        self,
        database: Database,
        handlers: dict[str, Handler],
        *,
        lease: timedelta,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._lease = lease
        self._clock = clock
        self._jitter = jitter

    def work(self, due: Due) -> Result:
        """Work one delivery to its end. Never raises for what the handler did."""
        lease = self._lease_of(due)
        with self._database.write_relaxed() as db:
            claim = deliveries.begin(db, due, now=self._clock(), lease=lease)
            event = log.get(db, due.event_id) if claim else None
        if claim is None or event is None:
            return Result(Ending.STALE)
        work = Work(self._database, event, claim, clock=self._clock, lease=lease)
        try:
            self._handlers[due.handler](work)
            if not work.settled:
                with work.settle():
                    pass
        except LostClaimError:
            return Result(Ending.STALE)
        except Rejected as error:
            return self._bury(claim, error.reason, error.reason)
        except Transient as error:
            return self._fail(claim, error.reason, error.reason, error.delay)
        except Exception as error:  # noqa: BLE001 - whatever it was, the row must say so
            trace = traceback.format_exc()[-ERROR_LIMIT:]
            return self._fail(claim, trace, type(error).__name__, None)
        return Result(Ending.DONE)

    def _lease_of(self, due: Due) -> timedelta:
        """One lease for the first attempt, up to two for each further.

        What lost its worker together must not come back together: a delivery that kills its worker
        would take those worked beside it to their last attempt with it.
        """
        return self._lease * (1 + self._jitter()) if due.attempts else self._lease

    def _fail(self, claim: Claim, error: str, reason: str, delay: float | None) -> Result:
        if claim.attempt >= attempts_for(claim.handler):
            return self._bury(claim, error, reason)
        wait = delay_after(claim.attempt, jitter=self._jitter()) if delay is None else delay
        until = self._clock() + timedelta(seconds=wait)
        with self._database.write_relaxed() as db:
            deliveries.park(db, claim, until=until, error=error)
        return Result(Ending.PARKED, reason, wait)

    def _bury(self, claim: Claim, error: str, reason: str) -> Result:
        with self._database.write_relaxed() as db:
            deliveries.bury(db, claim, now=self._clock(), error=error)
        return Result(Ending.DEAD, reason)
