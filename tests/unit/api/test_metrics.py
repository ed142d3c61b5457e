"""`/metrics`: what the process counts, what the database and the broker say."""

from collections.abc import Sequence

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from pipeline import metrics
from pipeline.api.brokerage import DOWN_S, FRESH_S, BrokerView
from pipeline.api.edge import Edge
from pipeline.api.scrape import Metrics, Observer
from pipeline.domain.routes import QUEUES
from pipeline.errors import Transient
from tests.support.world import World
from tests.unit.api.reading import get

REQUEST = Request({"type": "http", "method": "GET", "path": "/metrics", "headers": []})


class Broker:
    """Answers with its depths, or not at all while they are None."""

    def __init__(self, depths: dict[str, int] | None) -> None:
        self.answer = depths
        self.asked = 0

    def depths(self, queues: Sequence[str]) -> dict[str, int]:
        self.asked += 1
        if self.answer is None:
            raise Transient("down")
        return {queue: self.answer.get(queue, 0) for queue in queues}


class Hands:
    """A clock that only counts forward by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def scrape(text: str) -> dict[tuple[str, ...], float]:
    """Samples by name and label values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def hands() -> Hands:
    return Hands()


def read(page: Metrics) -> dict[tuple[str, ...], float]:
    return scrape(bytes(page(REQUEST).body).decode())


def test_the_backlog_and_what_was_decided_are_told(world: World, hands: Hands) -> None:
    world.post("c1")
    world.post("c2", "casino bonus viagra " * 30 + "https://a.example https://b.example")
    world.work()
    world.post("c3")
    world.clock.advance(seconds=30)
    view = BrokerView(lambda: Broker({"comments": 7}), hands)
    samples = read(Metrics(Observer(world.container, hands), view))
    key = ("comments.moderate", "comments")
    assert samples["afterword_backlog", *key] == 1
    assert samples["afterword_backlog_oldest_age_seconds", *key] == 30
    for name in ("afterword_parked", "afterword_unclaimed", "afterword_dead"):
        assert samples[name, *key] == 0
    assert samples["afterword_verdicts", "publish"] == 1
    assert samples["afterword_comments", "published"] == 1
    assert samples["afterword_queue_depth", "comments"] == 7
    assert samples["afterword_database_up",] == samples["afterword_broker_up",] == 1


def test_the_process_is_told_too_and_the_text_is_what_prometheus_reads(bare_api: Edge) -> None:
    metrics.DISPATCHED.inc()
    reply = get(bare_api, "/metrics")
    samples = scrape(reply.body.decode())
    assert ("process_resident_memory_bytes",) in samples
    assert samples["afterword_dispatched_total",] >= 1
    assert reply.headers[b"content-type"].startswith(b"text/plain; version=")


def test_the_database_is_read_once_in_two_seconds_however_often_it_is_scraped(
    world: World, hands: Hands
) -> None:
    observer = Observer(world.container, hands)
    first = observer.snapshot()
    hands.now += FRESH_S / 2
    assert observer.snapshot() is first
    hands.now += FRESH_S
    assert observer.snapshot() is not first


def test_a_database_that_does_not_answer_hides_only_its_own_metrics(
    world: World, hands: Hands
) -> None:
    with world.database.write_relaxed() as db:
        db.exec_driver_sql("DROP TABLE delivery")
    view = BrokerView(lambda: Broker({}), hands)
    samples = read(Metrics(Observer(world.container, hands), view))
    assert samples["afterword_database_up",] == 0
    assert samples["afterword_broker_up",] == 1
    assert ("process_resident_memory_bytes",) in samples


def test_a_broker_is_asked_now_and_then_and_less_often_while_it_is_down(hands: Hands) -> None:
    broker = Broker(None)
    view = BrokerView(lambda: broker, hands)
    assert "database" in view.check()
    hands.now += FRESH_S
    assert view.depths() is None
    assert broker.asked == 1
    broker.answer = {"control": 3}
    hands.now += DOWN_S
    assert view.depths() == dict.fromkeys(QUEUES, 0) | {"control": 3}
    assert view.check() == "ok"
    assert broker.asked == 2
