"""Beat as a process of its own: for sets of many workers. Two of them do no harm."""

from collections.abc import Callable
from typing import Any

from celery import signals

from pipeline.logs import configure
from pipeline.processes.worker import take_slots
from pipeline.settings import Settings
from pipeline.tasks.app import make_app
from pipeline.tasks.worker import Worker


def run(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """Send ticks until SIGTERM."""
    configure(process="beat", format_=settings.log_format, level=settings.log_level)
    worker = Worker(settings)
    worker.open()
    app = make_app(redis_url, worker)

    def on_start(**_: Any) -> None:
        take_slots(worker)
        ready()

    signals.beat_init.connect(on_start, weak=False)
    try:
        app.Beat(scheduler_cls="celery.beat:Scheduler", loglevel="WARNING", quiet=True).run()
    finally:
        worker.close()
