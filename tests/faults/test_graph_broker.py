"""Messages that come again, as Redis delivers them after its visibility timeout: no double effect."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from pipeline.broker import CeleryPublisher, make_celery
from pipeline.domain.duties import Due
from pipeline.store.tables import delivery
from tests.services.redis import RedisServer
from tests.support.harness_graph import Reader, seconds_to_midnight
from tests.support.harness_parking import (
    FEW,
    OWNERS,
    SLOTS,
    deepest,
    deepest_until,
    open_window,
    park,
)
from tests.support.harness_processes import until
from tests.support.harness_sweep import EDGES, Sweep
from tests.support.harness_watch import Broker

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

Start = Callable[..., Reader]
SET = ("web", "impatient-worker")
AGAIN_S = 0.2
LONGER_S = 2.5
"""Than an impatient worker's broker waits."""


def test_messages_delivered_again_and_again_are_worked_once(
    start: Start, redis: RedisServer
) -> None:
    if seconds_to_midnight() < 180:
        pytest.skip("would straddle midnight UTC, when everything is paid for again")
    reader = start(EDGES, lease="30")
    sweep = Sweep(reader)
    with _delivered_again(reader, redis.url) as repeats:
        for process in SET:
            reader.home.start(process)
        sweep.ended()
    assert len(repeats) > 100
    assert reader.x.total()["pages"] == sweep.pages
    assert _begun(reader) == sweep.pages + 1  # so long a list's end is a step of its own


def test_a_call_longer_than_the_visibility_timeout_is_made_once(start: Start) -> None:
    if seconds_to_midnight() < 180:
        pytest.skip("would straddle midnight UTC, when what was spent is counted anew")
    reader = start(FEW, lease="30")
    reader.x.post("/_sim/faults", {"kind": "latency", "value": LONGER_S})
    reader.sync(reader.keep(OWNERS[:3]))
    for process in SET:
        reader.home.start(process)
    until(lambda: reader.open_jobs() == 0, within=60, what="three lists")
    assert reader.x.total()["pages"] == 3
    assert reader.spent() == 3 * 3 * 10_000


def test_ten_thousand_jobs_parked_longer_than_the_visibility_timeout_come_once(
    start: Start, redis: RedisServer
) -> None:
    reader = start(FEW, lease="30")
    reader.sync(reader.keep(OWNERS))
    for process in SET:
        reader.home.start(process)
    until(lambda: reader.open_jobs() == 0, within=60, what="a first reading of all")
    asked, broker = reader.x.asked(), Broker(redis.url)
    park(reader, 10_000)
    assert deepest(broker, seconds=10) <= SLOTS
    assert (reader.open_jobs(), reader.x.asked()) == (10_000, asked)
    open_window(reader)
    assert deepest_until(broker, lambda: _done(reader) > 100) <= SLOTS
    assert not broker.client.exists("afterword:unacked", "afterword:unacked_index")
    broker.close()
    # They go on meanwhile.
    before, calls, after = _done(reader), reader.x.asked() - asked, _done(reader)
    assert before <= calls <= after + SLOTS


def _done(reader: Reader) -> int:
    """How many of ten thousand."""
    return 10_000 - reader.open_jobs()


def _begun(reader: Reader) -> int:
    """How many times a step was begun."""
    this = delivery.c.handler == "graph.fetch"
    with reader.database.read() as db:
        return int(db.execute(select(func.sum(delivery.c.attempts)).where(this)).scalar_one())


@contextmanager
def _delivered_again(reader: Reader, redis_url: str) -> Iterator[list[Due]]:
    """Until the block ends, every message of the queue that ever went out goes out again."""
    over, repeats = threading.Event(), list[Due]()
    publisher = CeleryPublisher(make_celery(redis_url))

    def repeat() -> None:
        while not over.wait(AGAIN_S):
            again = _sent(reader)
            publisher.publish("graph", again)
            repeats.extend(again)

    program = threading.Thread(target=repeat)
    program.start()
    try:
        yield repeats
    finally:
        over.set()
        program.join()
        publisher.close()


def _sent(reader: Reader) -> list[Due]:
    """Messages are made of their delivery and the attempt that they are for."""
    row = delivery.c
    query = select(row.event_id, row.handler, row.attempts, row.dispatches)
    query = query.where(row.queue == "graph").order_by(row.event_id)
    with reader.database.read() as db:
        return [
            Due(event_id, handler, attempt)
            for event_id, handler, attempts, dispatches in db.execute(query)
            for attempt in range(min(attempts + 1, dispatches))
        ]
