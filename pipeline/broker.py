"""The Celery application's settings, and publishing ids in batches.

Redis only carries ids and may be emptied at any time: every default that would guard a message at the
price of speed is off, because the delivery row guards the work.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from celery import Celery
from celery.utils.nodenames import anon_nodename
from kombu import Exchange, Queue
from kombu.exceptions import BatchPublishError, OperationalError  # type: ignore[attr-defined] # newer than its stubs

from pipeline.domain.duties import Due
from pipeline.domain.routes import QUEUES
from pipeline.errors import Transient

BROKER_DOWN_DELAY = 2.0
"""Seconds until a relay looks at an unreachable broker again."""

# The last is kombu's word for a batch that broke on its way, or that a full Redis refused.
_ALWAYS = (OperationalError, OSError, BatchPublishError)

CELERY_SETTINGS: Mapping[str, Any] = {
    # JSON only: a pickle from the broker would be code.
    "task_serializer": "json",
    "accept_content": ["json"],
    "event_serializer": "json",
    # Outcomes are in `delivery`; a Redis result backend makes publishing hang 19 s when Redis is down.
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    # Nothing is published by name to a queue nobody reads.
    "task_create_missing_queues": False,
    "task_default_queue": "control",
    # Events for Flower in groups, and no acknowledgements: half of a worker's time.
    "worker_consumer": "pipeline.tasks.consumer:LightConsumer",
    # Prefork only (threads ignore both): a hung child is killed long before anybody would notice.
    "task_soft_time_limit": 60,
    "task_time_limit": 90,
    # Prefork only: an old Celery memory leak (celery#4843) and ours, if we make one.
    "worker_max_tasks_per_child": 10_000,
    "worker_max_memory_per_child": 300_000,
    # Redis away is normal here: connect again for ever, also at start.
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_channel_error_retry": True,
    "worker_cancel_long_running_tasks_on_connection_loss": False,  # the work is in the database
    # Flower sees each task; the "sent" event would cost 39 % of the publish rate.
    "worker_send_task_events": True,
    "task_send_sent_event": False,
    "task_track_started": False,
    # The relay tries again by itself, and takes the claim back.
    "task_publish_retry": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "enable_utc": True,
    "timezone": "UTC",
    # Remote control answers Flower; its reply queues vanish by themselves.
    "control_queue_expires": 60.0,
    "worker_enable_remote_control": True,
    "broker_transport_options": {
        # A frozen Redis (half-open socket) must not block a relay or a worker for ever.
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "global_keyprefix": "afterword:",
        "client_name": "afterword",
    },
}


def make_celery(redis_url: str) -> Celery:
    """An application on this broker. No tasks are registered, nothing is connected yet."""
    app = Celery("afterword", broker=redis_url, set_as_current=False)
    app.conf.update(CELERY_SETTINGS)
    # Nothing is acknowledged: the row's lease brings back what a worker took and lost, and two
    # round trips per task fall away. What a worker takes ahead is bounded by the relay's window.
    app.conf.task_queues = tuple(
        Queue(name, Exchange("afterword"), routing_key=name, no_ack=True) for name in QUEUES
    )
    return app


def task_id(due: Due) -> str:
    """What Flower shows: event, handler and attempt."""
    return f"{due.event_id}.{due.handler}.{due.attempts + 1}"


def due_of(task_id: str) -> Due | None:
    """The delivery a task id stands for; None for a task that is none (a tick)."""
    event_id, _, rest = task_id.partition(".")
    handler, _, attempt = rest.rpartition(".")
    if not (event_id.isdecimal() and attempt.isdecimal() and handler):
        return None
    return Due(int(event_id), handler, int(attempt) - 1)


class CeleryPublisher:
    """Publishes deliveries as Celery tasks on one connection. For one thread."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._origin = anon_nodename()
        self._connection: Any = None
        self._producer: Any = None

    def depths(self, queues: Sequence[str]) -> dict[str, int]:
        """Messages waiting in each queue. Raises Transient."""
        try:
            channel = self._connected().channel
            return {queue: _depth(channel, queue) for queue in queues}
        except self._errors() as error:
            raise self._down(error) from error

    def publish(self, queue: str, batch: Sequence[Due]) -> None:
        """One message per delivery; the task id joins event, handler and attempt. Raises Transient."""
        try:
            producer = self._connected()
            with producer.batch():
                for due in batch:
                    self._send(producer, queue, due)
        except self._errors() as error:
            raise self._down(error) from error

    def _send(self, producer: Any, queue: str, due: Due) -> None:
        """As Celery's send_task with `queue`, which asks anew for each what is the same for all."""
        kwargs = {"event_id": str(due.event_id), "attempt": due.attempts + 1}
        message = self._app.amqp.as_task_v2(
            task_id(due),
            due.handler,
            kwargs=kwargs,
            ignore_result=True,
            origin=self._origin,
            argsrepr="()",
            kwargsrepr=repr(kwargs),
        )
        producer.publish(
            message.body,
            exchange="",  # straight to the queue of this name
            routing_key=queue,
            serializer="json",
            headers=message.headers,
            **message.properties,
        )

    def ping(self) -> None:
        """Raise Transient unless the broker answers."""
        self.depths(QUEUES[:1])

    def close(self) -> None:
        """Drop the connection; the next call makes a new one."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            connection.release()

    def _connected(self) -> Any:
        if self._producer is None:
            self._connection = self._app.connection_for_write()
            self._connection.ensure_connection(max_retries=1, timeout=2)
            self._producer = self._app.amqp.Producer(self._connection, auto_declare=False)
        return self._producer

    def _errors(self) -> tuple[type[BaseException], ...]:
        if self._connection is None:
            return _ALWAYS
        of_transport = self._connection.connection_errors + self._connection.channel_errors
        return (*_ALWAYS, *of_transport)

    def _down(self, error: BaseException) -> Transient:
        self.close()
        reason = error.__cause__ or error
        return Transient(f"the broker does not take messages: {reason}", delay=BROKER_DOWN_DELAY)


def _depth(channel: Any, queue: str) -> int:
    # Not passive: kombu 5.7 looks for a passive queue without the key prefix and never finds it.
    return int(channel.queue_declare(queue=queue).message_count)
