"""The worker: Celery with every queue, and beat inside when asked."""

import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import gethostname
from typing import Any

from celery import signals
from celery.beat import EmbeddedService, Scheduler
from celery.exceptions import SecurityWarning
from celery.worker import state

from pipeline.broker import due_of
from pipeline.domain.duties import Due
from pipeline.domain.routes import QUEUES
from pipeline.index.overview import is_outdated
from pipeline.ingest import upkeep
from pipeline.logs import configure, get_logger
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.tasks.app import make_app
from pipeline.tasks.worker import Worker

log = get_logger(__name__)


def run(  # noqa: PLR0913 - each is a choice of its own, half of them with a default
    settings: Settings,
    redis_url: str,
    ready: Callable[[], None],
    *,
    queues: Sequence[str] = QUEUES,
    with_beat: bool = True,
    database: Database | None = None,
) -> None:
    """Work until SIGTERM; what has begun is finished first. Raises SettingsError, StartError.

    `database` as `pipeline.bootstrap.build` takes it.
    """
    configure(process="worker", format_=settings.log_format, level=settings.log_level)
    # It warns root of pickle, which this application neither sends nor takes.
    warnings.simplefilter("ignore", SecurityWarning)
    worker = Worker(settings, database)
    worker.open()
    app = make_app(redis_url, worker)
    consumer = app.Worker(
        hostname=f"worker@{gethostname()}",
        quiet=True,
        pool=settings.worker_pool,
        concurrency=settings.worker_concurrency,
        queues=list(queues),
        loglevel="WARNING",
        task_events=True,
        without_gossip=True,  # one worker has nobody to talk to
        without_mingle=True,
    )
    waiting: list[Due] = []
    beat: Any = EmbeddedService(app, thread=True, scheduler_cls=Scheduler) if with_beat else None

    def on_ready(**_: Any) -> None:
        reconsider(worker)
        take_slots(worker)
        say_outdated(worker)
        if beat is not None:
            beat.start()
        ready()

    def on_fork(**_: Any) -> None:
        configure(process="worker", format_=settings.log_format, level=settings.log_level)
        worker.open()

    def on_stopping(**_: Any) -> None:
        waiting.extend(reserved())

    signals.worker_ready.connect(on_ready, weak=False)
    signals.worker_shutting_down.connect(on_stopping, weak=False)
    signals.worker_process_init.connect(on_fork, weak=False)
    try:
        consumer.start()
    finally:
        if beat is not None:
            beat.stop()
        worker.give_back(waiting)
        worker.close()


def reserved() -> list[Due]:
    """Deliveries that this worker took from the line and has not begun."""
    while True:
        # Its threads go on meanwhile; a set that changes under the look at it is looked at again.
        with suppress(RuntimeError):
            waiting = state.reserved_requests - state.active_requests
            return [due for request in waiting if (due := due_of(request.id)) is not None]


def take_slots(worker: Worker) -> None:
    """Ask for every job whose slot nobody took: a set that restarts daily still does daily jobs."""
    container = worker.container
    for job in upkeep.SCHEDULE:
        with container.database.write() as db:
            upkeep.take_slot(db, container.ids, job, now=container.clock())


def reconsider(worker: Worker) -> None:
    """Have what a cap held up ask again: settings are read at the start, and may have changed."""
    with worker.container.database.write() as db:
        worker.container.graph.reconsider(db)


def say_outdated(worker: Worker) -> None:
    """Say that the index has an older schema: a new one is never applied without being asked."""
    container = worker.container
    if is_outdated(container.database, container.index.engine):
        log.warning("index_outdated", advice="afterword index rebuild")
