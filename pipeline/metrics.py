"""What one process counts about itself. What the database knows is counted there, at scrape time.

The doors' own are `Tally` and `Spread`: they belong to one event loop and take no lock, which costs a
tenth of prometheus_client's counters on the path of every event.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prometheus_client import REGISTRY, Counter
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector


class Tally(Collector):
    """A counter with labels, for one thread. `add` is the only way it changes."""

    def __init__(self, name: str, meaning: str, labels: Sequence[str]) -> None:
        self._name, self._meaning, self._labels = name, meaning, labels
        self._counts: dict[tuple[str, ...], int] = {}
        REGISTRY.register(self)

    def add(self, *values: str) -> None:
        """One more with these labels' values, in the order of the labels."""
        self._counts[values] = self._counts.get(values, 0) + 1

    def collect(self) -> Iterator[Metric]:
        """For prometheus_client."""
        family = CounterMetricFamily(self._name, self._meaning, labels=self._labels)
        for values, count in list(self._counts.items()):
            family.add_metric(values, count)
        yield family


class Spread(Collector):
    """A histogram, for one thread. Bounds are inclusive upper ones, ascending."""

    def __init__(self, name: str, meaning: str, bounds: Sequence[float]) -> None:
        self._name, self._meaning, self._bounds = name, meaning, bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        REGISTRY.register(self)

    def add(self, value: float) -> None:
        """One more observation."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def collect(self) -> Iterator[Metric]:
        """For prometheus_client."""
        reached, buckets = 0, []
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            reached += count
            buckets.append((bound, float(reached)))
        family = HistogramMetricFamily(self._name, self._meaning)
        family.add_metric([], buckets, self._sum)
        yield family


ACK_SECONDS = Spread(
    "afterword_ingest_ack_seconds",
    "From a request's head to its durable answer.",
    bounds=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
REQUESTS = Tally(
    "afterword_ingest_requests", "Requests to the doors that write.", ["source", "status"]
)
DUPLICATES = Tally(
    "afterword_duplicates", "Events that came again and changed nothing.", ["source"]
)
VERIFIED = Tally(
    "afterword_webhook_verified",
    "Signatures that fitted, by the secret's id.",
    ["source", "key"],
)
SKEW = Spread(
    "afterword_signature_skew_seconds",
    "How far a signed timestamp is from our clock (absolute).",
    bounds=(1, 5, 15, 60, 150, 300, 900),
)
DISPATCHED = Counter("afterword_dispatched", "Deliveries handed to the broker.")
REDISPATCHED = Counter(
    "afterword_redispatched", "Deliveries handed to the broker again after a lease ran out."
)
BURIED = Counter("afterword_workers_lost", "Deliveries given up because no worker answered.")
BROKER_DOWN = Counter("afterword_broker_down", "Times a relay found no broker.")
