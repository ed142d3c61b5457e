"""Celery's consumer, without what costs a worker half its time and gives it nothing here."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from celery.worker import state
from celery.worker.consumer import Consumer
from vine import promise

if TYPE_CHECKING:
    AnyConsumer = Any
else:
    AnyConsumer = Consumer

FLUSH_EVERY_S = 0.1
"""How late Flower may hear of a task."""

LARGEST_EVENT_GROUP = 512
"""Events that wait for the flush: past Celery's 24, the thread that adds one sends them itself."""

MOST_TAKEN = 64
"""Tasks a worker holds at most, begun or not."""

TAKEN_AT_ONCE = 16
"""Of them in one go: a second worker finds some too."""

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

    def call_soon_ack(self, *_: Any, **__: Any) -> None:
        """Do nothing: what needs no acknowledgement need not wake the loop for it."""

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
        """Celery's handler, for messages that need no acknowledgement and come in groups.

        The queues are consumed with no_ack; kombu's virtual transports forget to say so to their
        messages, which would acknowledge themselves all the same.
        """
        self.task_consumer.channel.qos.can_consume = self._may_take
        if self.event_dispatcher:
            self.event_dispatcher.buffer_limit = LARGEST_EVENT_GROUP
        handle: Callable[[Any], None] = super().create_task_handler(promise)

        def take(message: Any) -> None:
            message.channel.no_ack_consumers = {_UNACKNOWLEDGED}
            message.delivery_info["consumer_tag"] = _UNACKNOWLEDGED
            handle(message)

        def on_task_received(message: Any) -> None:
            take(message)
            for another in _waiting_behind(message):
                take(another)

        return on_task_received


def _waiting_behind(message: Any) -> Iterator[Any]:
    """Further messages of its queue, in order: kombu alone takes a turn of the loop for each."""
    room = min(TAKEN_AT_ONCE, MOST_TAKEN - len(state.reserved_requests))
    if room <= 0:
        return
    channel = message.channel
    # Whoever publishes names the queue as the routing key.
    for item in channel.client.rpop(message.delivery_info["routing_key"], room) or ():
        another = channel.Message(msgspec.json.decode(item), channel=channel)
        another.accept = message.accept
        yield another
