"""The relay: a thread of the web process, or a process of its own. Any number may run."""

import signal
from collections.abc import Callable

from pipeline import metrics
from pipeline.bootstrap import Container, build
from pipeline.broker import CeleryPublisher
from pipeline.domain.routes import QUEUES
from pipeline.errors import Transient
from pipeline.ingest.dispatch import Pass, Relay
from pipeline.logs import configure, get_logger
from pipeline.processes.bell import Bell
from pipeline.settings import Settings

log = get_logger(__name__)

IDLE_S = 1.0
"""Between two looks when nobody wakes the relay: also how late a parked delivery may be."""
FOLLOW_UP_S = 0.04
"""After messages were sent, the first look for what their work brings about (a stored post is then
indexed); each further one waits twice as long, up to IDLE_S. Nobody wakes the relay for that: the
worker is another process.
"""
BUSY_S = 0.03
"""Between two looks while more is due than the window takes."""
STILL_S = 0.24
"""The same, at most, while nothing is worked: each look in vain doubles the wait for the next.

In vain means less than a quarter of the window was free, so the next quarter takes as long again: a
worker of any pace still has half a window before it.
"""
BREATH_S = 0.01
"""After each look: a thousand wake-ups a second are answered together."""
BROKEN_S = 2.0


class RelayLoop:
    """Looks at the queues until stopped; `wake` makes it look now."""

    def __init__(self, container: Container, redis_url: str) -> None:
        self._relay: Relay
        self._publisher: CeleryPublisher
        self._relay, self._publisher = container.relay(redis_url)
        self._wake, self._stop = Bell(), Bell()
        self._down = False
        self._busy = BUSY_S
        self._idle = IDLE_S

    def wake(self) -> None:
        """Look at the queues now."""
        self._wake.set()

    def stop(self) -> None:
        """End the loop after the look it is at."""
        self._stop.set()
        self._wake.set()

    def run(self) -> None:
        """Until `stop`. A broker or database that is away is waited for."""
        while not self._stop.is_set():
            delay, wakeable = self._look()
            self._stop.wait(BREATH_S if wakeable else delay)
            if wakeable:
                self._wake.wait(delay)
                self._wake.clear()
        self._publisher.close()

    def _look(self) -> tuple[float, bool]:
        """Look once: seconds until the next look, and whether news may bring it forward."""
        try:
            done = self._relay.run_once(QUEUES)
        except Transient as error:
            self._say_down(error.reason)
            return error.delay or BROKEN_S, False
        except Exception as error:
            log.exception("relay_failed", error=type(error).__name__)
            return BROKEN_S, False
        if self._down and done.sent:
            self._down = False
            log.info("broker_back")
        _count(done)
        # With a window full, news of more that is due is no news.
        return (self._wait(done), False) if done.waiting else (self._rest(done), True)

    def _rest(self, done: Pass) -> float:
        self._idle = FOLLOW_UP_S if done.sent else min(2 * self._idle, IDLE_S)
        return self._idle

    def _wait(self, done: Pass) -> float:
        wait = BUSY_S if done.sent else self._busy
        self._busy = min(2 * wait, STILL_S)
        return wait

    def _say_down(self, reason: str) -> None:
        metrics.BROKER_DOWN.inc()
        if not self._down:
            self._down = True
            log.warning("broker_down", reason=reason, meaning="events are stored and wait")


def _count(done: Pass) -> None:
    metrics.DISPATCHED.inc(done.sent)
    metrics.REDISPATCHED.inc(done.repeated)
    metrics.BURIED.inc(done.buried)
    if done.buried:
        log.error("workers_lost", deliveries=done.buried)


def run(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A relay without a web process, until SIGTERM."""
    configure(process="relay", format_=settings.log_format, level=settings.log_level)
    container = build(settings)
    loop = RelayLoop(container, redis_url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.stop())
    ready()
    try:
        loop.run()
    finally:
        container.close()
