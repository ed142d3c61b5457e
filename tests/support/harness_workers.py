"""Workers that misbehave: real processes, put together from the same parts with one other handler."""

import os
import random
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import Celery, signals

from pipeline.bootstrap import Container, build
from pipeline.domain.routes import QUEUES
from pipeline.ingest.work import Bench, Work
from pipeline.logs import configure
from pipeline.settings import Settings
from pipeline.tasks import comments
from pipeline.tasks.app import make_app
from pipeline.tasks.handlers import HANDLERS
from pipeline.tasks.worker import Worker

MODERATE = "comments.moderate"
POISON = "poison"
SLOWLY_S = 0.05
"""How long the slow worker takes for each comment."""
LATELY_S = 2.5
IMPATIENT = {
    "visibility_timeout": 1,
    # Else Redis is looked through every 100 s alone, however short the time-out.
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
"""A broker that delivers again what was not acknowledged within a second."""

Handler = Callable[[Container, Work], None]


class Misfit(Worker):
    """A worker whose handler of comments is another one."""

    def __init__(self, settings: Settings, handler: Handler) -> None:
        super().__init__(settings)
        container = build(settings)
        handlers = {**HANDLERS, MODERATE: handler}
        bench = Bench(
            container.database,
            {name: partial(function, container) for name, function in handlers.items()},
            lease=container.lease,
            clock=container.clock,
            jitter=random.random,
        )
        self._made = container, bench


def run_poisonable(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A worker that dies of a certain text, as of a crash in a C library."""
    _consume(make_app(redis_url, Misfit(settings, _die_of_poison)), settings, ready)


def run_slow(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A worker that takes its time over each comment."""
    _consume(make_app(redis_url, Misfit(settings, _slowly)), settings, ready)


def run_late(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A worker that takes longer over each comment than a short lease allows."""
    _consume(make_app(redis_url, Misfit(settings, _lately)), settings, ready)


def run_stuck(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A worker that never comes back from a comment."""
    _consume(make_app(redis_url, Misfit(settings, _for_ever)), settings, ready)


def run_old(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A worker of a version that does not know how to moderate."""
    app = make_app(redis_url, Misfit(settings, comments.moderate))
    del app.tasks[MODERATE]
    _consume(app, settings, ready)


def run_impatient(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """A worker whose broker does not wait for it."""
    app = make_app(redis_url, Misfit(settings, comments.moderate))
    app.conf.broker_transport_options = app.conf.broker_transport_options | IMPATIENT
    _consume(app, settings, ready)


def _die_of_poison(container: Container, work: Work) -> None:
    if POISON in work.event.data:
        os.kill(os.getpid(), signal.SIGKILL)
    _slowly(container, work)  # so that others are always under way when it dies


def _slowly(container: Container, work: Work) -> None:
    threading.Event().wait(SLOWLY_S)
    comments.moderate(container, work)


def _lately(container: Container, work: Work) -> None:
    threading.Event().wait(LATELY_S)
    comments.moderate(container, work)


def _for_ever(_container: Container, _work: Work) -> None:
    threading.Event().wait()


def _consume(app: Celery, settings: Settings, ready: Callable[[], None]) -> None:
    configure(process="worker", format_=settings.log_format, level=settings.log_level)

    def on_ready(**_: Any) -> None:
        ready()

    signals.worker_ready.connect(on_ready, weak=False)
    app.Worker(
        hostname=f"misfit@{os.getpid()}",
        quiet=True,
        pool="threads",
        concurrency=settings.worker_concurrency,
        queues=list(QUEUES),
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
    ).start()
