"""The task base: one task is one claimed delivery.

Celery and Flower are told how it ended: parked is RETRY, with nothing published (the row waits), dead
is FAILURE. Neither is told what the event said.
"""

from typing import TYPE_CHECKING

import structlog
from celery import Task
from celery.exceptions import Retry

from pipeline.domain.duties import Due
from pipeline.ingest.work import Ending, Result
from pipeline.logs import get_logger
from pipeline.tasks.worker import Worker

if TYPE_CHECKING:
    AnyTask = Task[..., None]
else:
    AnyTask = Task

log = get_logger(__name__)


class DeadDeliveryError(Exception):
    """A delivery ended dead. The reason is in its row, where only the operator reads it."""


class ParkedRetry(Retry):
    """A delivery waits in its row. Flower prints it: Celery's own shows neither reason nor delay."""

    def __repr__(self) -> str:
        return f"parked for {self.when:.0f} s: {self.message}"


class DeliveryTask(AnyTask):
    """Works a delivery that a relay handed out. Arguments are ids."""

    ignore_result = True
    throws = (DeadDeliveryError,)

    def __init__(self, name: str, worker: Worker) -> None:
        self.name = name
        self._worker = worker

    def run(self, *, event_id: str, attempt: int) -> None:
        """Claim, work and settle. `attempt` counts from 1; another one's message changes nothing."""
        with structlog.contextvars.bound_contextvars(
            event_id=event_id, task_id=self.request.id, task_name=self.name
        ):
            result = self._worker.bench.work(Due(int(event_id), self.name, attempt - 1))
            _log(result)
        if result.ending is Ending.PARKED:
            # Raised, not self.retry(): that would publish a countdown, and waits live in rows.
            raise ParkedRetry(result.reason, when=result.delay)  # type: ignore[arg-type] # a Real, which mypy does not know floats to be
        if result.ending is Ending.DEAD:
            raise DeadDeliveryError(f"dead: see `afterword events show {event_id}`")


def _log(result: Result) -> None:
    if result.ending is Ending.PARKED:
        log.warning("delivery_parked", reason=result.reason, delay=round(result.delay, 1))
    elif result.ending is Ending.DEAD:
        log.error("delivery_dead", reason=result.reason)
    else:
        log.debug("delivery_ended", ending=str(result.ending))
