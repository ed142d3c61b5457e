"""`GET /metrics`: what the process counts about itself, and what the database knows right now."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.brokerage import FRESH_S, BrokerView
from pipeline.bootstrap import Container
from pipeline.logs import get_logger
from pipeline.store import comments, generations, overview, posts
from pipeline.store.overview import Backlog
from pipeline.store.post_tables import GenerationState

log = get_logger(__name__)


class Snapshot(NamedTuple):
    """What the database said, and when."""

    backlogs: list[Backlog]
    verdicts: Mapping[str, int]
    comments: Mapping[str, int]
    posts: Mapping[str, int]
    drift: int | None
    at: datetime


class Observer:
    """Reads the overview, at most every two seconds however often it is asked."""

    def __init__(self, container: Container, monotonic: Callable[[], float]) -> None:
        self._container = container
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        """The newest reading; None where the database did not answer."""
        with self._lock:
            if self._monotonic() - self._read_at >= FRESH_S:
                self._snapshot = self._look()
                self._read_at = self._monotonic()
            return self._snapshot

    def _look(self) -> Snapshot | None:
        now = self._container.clock()
        kind = self._container.index.engine.kind
        try:
            with self._container.database.read() as db:
                live = generations.in_state(db, kind, GenerationState.LIVE)
                return Snapshot(
                    overview.backlogs(db, now=now),
                    overview.verdict_counts(db),
                    comments.count_by_state(db),
                    posts.counts(db)._asdict(),
                    None if live is None else live.drift,
                    now,
                )
        except Exception:
            # The other metrics are wanted most when this one fails.
            log.exception("overview_failed")
            return None


class Overview(Collector):
    """The database and the broker as metrics."""

    def __init__(self, observer: Observer, broker: BrokerView) -> None:
        self._observer = observer
        self._broker = broker

    def collect(self) -> Iterable[Metric]:
        """Every family, at scrape time."""
        snapshot = self._observer.snapshot()
        yield _gauge("afterword_database_up", "1 while the database answers.", snapshot is not None)
        if snapshot is not None:
            yield from _backlog_families(snapshot)
            yield _by("decision", "afterword_verdicts", "Verdicts.", snapshot.verdicts)
            yield _by("state", "afterword_comments", "Comments.", snapshot.comments)
            yield _by("state", "afterword_posts", "Posts; those that wait too.", snapshot.posts)
            if snapshot.drift is not None:
                text = "Posts of which the index was wrong at the last reconcile."
                yield _gauge("afterword_index_drift", text, snapshot.drift)
        depths = self._broker.depths()
        yield _gauge("afterword_broker_up", "1 while the broker answers.", depths is not None)
        yield _by("queue", "afterword_queue_depth", "Messages waiting in Redis.", depths or {})


class Metrics:
    """What stands behind /metrics. Blocks while it reads: to be called in a thread."""

    def __init__(self, observer: Observer, broker: BrokerView) -> None:
        # A registry of its own: the process's one outlives this application.
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(Overview(observer, broker))

    def __call__(self, _request: Request) -> Response:
        body = generate_latest(REGISTRY) + generate_latest(self._registry)
        headers = {"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
        return Response(body, headers=headers)


def _backlog_families(snapshot: Snapshot) -> Iterable[Metric]:
    labels = ["handler", "queue"]
    waiting = GaugeMetricFamily("afterword_backlog", "Deliveries not settled.", labels=labels)
    oldest = GaugeMetricFamily(
        "afterword_backlog_oldest_age_seconds", "Age of the oldest of them.", labels=labels
    )
    parked = GaugeMetricFamily("afterword_parked", "Waiting for a next attempt.", labels=labels)
    unclaimed = GaugeMetricFamily(
        "afterword_unclaimed", "Sent out twice or more, begun by no worker.", labels=labels
    )
    dead = GaugeMetricFamily("afterword_dead", "Given up; kept to be redriven.", labels=labels)
    for row in snapshot.backlogs:
        key = [row.handler, row.queue]
        age = 0.0 if row.oldest is None else (snapshot.at - row.oldest).total_seconds()
        oldest.add_metric(key, max(0.0, age))
        waiting.add_metric(key, row.waiting)
        parked.add_metric(key, row.parked)
        unclaimed.add_metric(key, row.unclaimed)
        dead.add_metric(key, row.dead)
    return waiting, oldest, parked, unclaimed, dead


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _by(label: str, name: str, text: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
