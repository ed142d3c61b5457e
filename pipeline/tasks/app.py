"""The worker's Celery application: a task per handler, and the tick that beat sends."""

from typing import TYPE_CHECKING

from celery import Celery, Task

from pipeline.broker import make_celery
from pipeline.ingest import upkeep
from pipeline.tasks.base import DeliveryTask
from pipeline.tasks.handlers import HANDLERS
from pipeline.tasks.worker import Worker

if TYPE_CHECKING:
    AnyTask = Task[..., None]
else:
    AnyTask = Task

TICK = "control.tick"


def make_app(redis_url: str, worker: Worker) -> Celery:
    """An application with every task registered and beat's schedule set."""
    app = make_celery(redis_url)
    for name in HANDLERS:
        app.register_task(DeliveryTask(name, worker))
    app.register_task(TickTask(worker))
    app.conf.beat_schedule = {
        job.name: {
            "task": TICK,
            "schedule": job.every,
            "kwargs": {"job": job.name},
            # A tick nobody took before the next one is due is worth nothing.
            "options": {"queue": "control", "expires": job.every.total_seconds()},
        }
        for job in upkeep.SCHEDULE
    }
    return app


class TickTask(AnyTask):
    """Log a tick unless its slot was taken; what it asks for is then a delivery like any other."""

    name = TICK
    ignore_result = True

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def run(self, *, job: str) -> None:
        """Take the slot of `job`, a name in the schedule."""
        container = self._worker.container
        wanted = next(line for line in upkeep.SCHEDULE if line.name == job)
        with container.database.write() as db:
            upkeep.take_slot(db, container.ids, wanted, now=container.clock())
