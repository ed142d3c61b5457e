"""Reads X's activity stream into the log: for those who have no public address for a webhook.

An event is committed before the next is read. What X sends again after a break has the same
`event_uuid`, and is known as a repeat.
"""

import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import ceil
from random import SystemRandom
from typing import Protocol

from pipeline.bootstrap import Container
from pipeline.domain.backoff import delay_after
from pipeline.domain.graph.failures import (
    NoCreditsError,
    NotAllowedError,
    RateLimitedError,
    UsageCappedError,
)
from pipeline.errors import Transient
from pipeline.logs import configure, get_logger
from pipeline.processes.bell import Bell
from pipeline.processes.taking import Taken, Taker

log = get_logger(__name__)

SOURCE = "x-stream"
"""The source of what came by the stream, where nobody names another."""
STEADY = timedelta(seconds=60)
"""A connection that lasted so long is not one of a row of failures."""
LONGEST_S = 320.0
"""Between two attempts (docs.x.com, "Handling disconnections")."""
LIMITED_S = 60.0
"""After a refusal for asking too often, at least."""
WINDOW_S = 901.0
"""No rate window lasts longer."""
MOST_BACKFILL = 5
"""Minutes that X can send again."""


class Stream(Protocol):
    """Where lines come from: `pipeline.ingest.graph.x.stream.ActivityStream`."""

    def lines(self, *, backfill: int = 0) -> Iterator[bytes]:
        """Lines until the connection ends. Raises the failures of `pipeline.domain.graph.failures`."""
        ...

    def stop(self) -> None:
        """End them at once."""
        ...


class Listener:
    """Keeps a stream open until it is stopped."""

    def __init__(
        self,
        stream: Stream,
        take: Callable[[bytes], None],
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        pause: Callable[[float], bool],
    ) -> None:
        self._stream = stream
        self._take = take
        self._clock = clock
        self._chance = chance
        self._pause = pause
        self._heard_at: datetime | None = None
        self._again = True
        """Whether X may be asked for what was missed: not every app may ask that."""

    def run(self) -> None:
        """Read until stopped. Raises what no waiting mends: Rejected, NoCreditsError and caps."""
        failures = 0
        while True:
            began = self._clock()
            lost, wait = self._read()
            failures = 1 if self._clock() - began >= STEADY else failures + 1
            seconds = max(wait, min(delay_after(failures, jitter=self._chance()), LONGEST_S))
            if self._pause(0):
                return
            log.warning("stream_lost", reason=lost, wait=round(seconds, 1))
            if self._pause(seconds):
                return

    def _read(self) -> tuple[str, float]:
        """Read until the stream ends: why, and how long to wait at least."""
        backfill = self._missed()
        try:
            for number, line in enumerate(self._stream.lines(backfill=backfill)):
                if number == 0:
                    log.info("stream_connected", backfill=backfill)
                if line:
                    self._take(line)
                self._heard_at = self._clock()
        except (NoCreditsError, UsageCappedError):
            raise
        except RateLimitedError as error:
            return error.reason, self._until(error.limits.reset_at)
        except NotAllowedError as error:
            if not backfill:
                raise
            self._again = False
            return f"{error.reason}; what was missed is not asked for again", 0.0
        except Transient as error:
            return error.reason, error.delay or 0.0
        return "X closed it", 0.0

    def _missed(self) -> int:
        """Minutes since something was heard, where there was a break and X may send them again."""
        if self._heard_at is None or not self._again:
            return 0
        minutes = ceil((self._clock() - self._heard_at) / timedelta(minutes=1))
        return min(max(minutes, 1), MOST_BACKFILL)

    def _until(self, reset_at: datetime | None) -> float:
        """Seconds until a rate window opens again, a little after it."""
        if reset_at is None:
            return LIMITED_S
        left = (reset_at - self._clock()).total_seconds() + 1 + 30 * self._chance()
        return min(max(left, LIMITED_S), WINDOW_S + 30)


def run(container: Container, stream: Stream, source: str) -> Taken:
    """Listen until SIGTERM or SIGINT; what was taken. Raises as `Listener.run` does."""
    settings = container.settings
    configure(process="listener", format_=settings.log_format, level=settings.log_level)
    stopped = Bell()
    taker = Taker(container, source, stopped.wait)

    def stop(_number: int, _frame: object) -> None:
        stopped.set()
        stream.stop()

    listener = Listener(
        stream,
        taker.take,
        clock=container.clock,
        chance=SystemRandom().random,
        pause=stopped.wait,
    )
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        listener.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return taker.taken
