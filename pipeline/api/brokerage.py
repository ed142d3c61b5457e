"""The broker as health and metrics see it: looked at rarely."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from pipeline.broker import CeleryPublisher, make_celery
from pipeline.domain.routes import QUEUES
from pipeline.errors import Transient

FRESH_S = 2.0
DOWN_S = 10.0
"""Seconds until one that did not answer is asked again: finding that out takes seconds."""


class Depths(Protocol):
    """What is asked of a broker."""

    def depths(self, queues: Sequence[str]) -> dict[str, int]:
        """Messages waiting in each queue. Raises Transient."""
        ...


class BrokerView:
    """Queue depths, asked for now and then. Blocks for as long as the broker does."""

    def __init__(self, open_: Callable[[], Depths], monotonic: Callable[[], float]) -> None:
        self._open = open_
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._broker: Depths | None = None
        self._due = float("-inf")
        self._depths: Mapping[str, int] | None = None

    def depths(self) -> Mapping[str, int] | None:
        """Messages waiting in each queue; None while the broker does not answer."""
        with self._lock:
            if self._monotonic() >= self._due:
                self._depths = self._look()
                self._due = self._monotonic() + (DOWN_S if self._depths is None else FRESH_S)
            return self._depths

    def check(self) -> str:
        """Whether the broker answers, in words."""
        return (
            "ok" if self.depths() is not None else "does not answer; comments wait in the database"
        )

    def _look(self) -> Mapping[str, int] | None:
        self._broker = self._broker or self._open()
        try:
            return self._broker.depths(QUEUES)
        except Transient:
            return None


def broker_at(redis_url: str, monotonic: Callable[[], float]) -> BrokerView:
    """A view of the broker at this address; connected to when first asked."""
    return BrokerView(lambda: CeleryPublisher(make_celery(redis_url)), monotonic)
