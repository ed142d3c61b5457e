"""Celery's consumer, without what costs a worker half its time and gives it nothing here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celery.worker import state
from celery.worker.consumer import Consumer
from vine import promise

if TYPE_CHECKING:
    AnyConsumer = Any
else:
    AnyConsumer = Consumer

FLUSH_EVERY_S = 0.1
"""How late Flower may hear of a task."""

MOST_TAKEN = 64
"""Tasks a worker holds at most, begun or not."""

_UNACKNOWLEDGED = "unacknowledged"


class LightConsumer(AnyConsumer):  # type: ignore[misc] # Celery's stubs say nothing of it
    """Sends task events in groups, and acknowledges nothing.

    Celery flushes events after each turn of its loop: a message per task, on a Redis client made for
    it. It acknowledges each task in two round trips; here the delivery's row does that.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._planned = False
        self._plan_promise = promise(self._plan)

    def on_send_event_buffered(self) -> None:
        """An event was buffered, in whichever thread: plan a flush in the loop's own."""
        if self.hub and not self._planned:
            self.hub.call_soon(self._plan_promise)

    def _plan(self) -> None:
        if not self._planned:
            self._planned = True
            self.hub.call_later(FLUSH_EVERY_S, self._flush)

    def _flush(self) -> None:
        self._planned = False
        self._flush_events()

    def _may_take(self) -> bool:
        """A worker that hangs must not swallow what a healthy one could do."""
        return len(state.reserved_requests) < MOST_TAKEN

    def create_task_handler(self, promise: Any = promise) -> Callable[[Any], None]:
        """Celery's handler, for messages that need no acknowledgement.

        The queues are consumed with no_ack; kombu's virtual transports forget to say so to their
        messages, which would acknowledge themselves all the same.
        """
        self.task_consumer.channel.qos.can_consume = self._may_take
        handle: Callable[[Any], None] = super().create_task_handler(promise)

        def on_task_received(message: Any) -> None:
            message.channel.no_ack_consumers = {_UNACKNOWLEDGED}
            message.delivery_info["consumer_tag"] = _UNACKNOWLEDGED
            handle(message)

        return on_task_received
