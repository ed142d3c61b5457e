"""Redis away, frozen, emptied: events are taken all the same, and worked when it is back."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_processes import until
from tests.support.harness_senders import Message, post
from tests.support.harness_watch import Broker, Watch, comments, send_all

pytestmark = pytest.mark.faults

Install = Callable[..., Installation]
BUDGET_S = 4.0
"""Whoever talks to a frozen Redis waits 5 s for it (pipeline.broker); a busy machine takes less."""


@pytest.fixture
def server(redis_server: Callable[[], RedisServer]) -> RedisServer:
    return redis_server()


@pytest.fixture
def broker(server: RedisServer) -> Iterator[Broker]:
    broker = Broker(server.url)
    yield broker
    broker.close()


def slowest(port: int, messages: list[Message]) -> float:
    """Send one after the other; all must be accepted at the first try. Seconds of the slowest."""
    worst = 0.0
    for message in messages:
        begun = time.monotonic()
        assert post(port, message).status == 202
        worst = max(worst, time.monotonic() - begun)
    return worst


def test_without_redis_events_are_taken_and_drained_in_order_after_its_return(
    install: Install, server: RedisServer
) -> None:
    server.kill()
    home = install(server.url, AFTERWORD_WORKER_CONCURRENCY="1")
    home.start("web")
    messages = comments(80)
    assert slowest(home.port, messages) < BUDGET_S
    server.restart()
    home.start("worker")
    watch = Watch(home)
    watch.drained()
    assert watch.findings(messages).clean
    assert watch.in_order_of_arrival()


def test_a_frozen_redis_does_not_touch_the_door_and_work_goes_on_afterwards(
    install: Install, server: RedisServer
) -> None:
    home, watch = _whole(install, server)
    server.freeze()
    messages = comments(80)
    assert slowest(home.port, messages) < BUDGET_S
    server.thaw()
    watch.drained()
    assert watch.findings(messages).clean


def test_redis_killed_under_a_running_set_is_found_again(
    install: Install, server: RedisServer
) -> None:
    home, watch = _whole(install, server)
    send_all(home.port, comments(20))
    server.kill()
    assert slowest(home.port, comments(40, first=20)) < BUDGET_S
    server.restart()
    watch.drained()
    assert watch.findings(comments(60)).clean


def test_what_flushall_took_is_sent_again_and_worked_once(
    install: Install, server: RedisServer, broker: Broker
) -> None:
    # Long enough that no busy worker exceeds it, which would begin a comment again.
    home = install(server.url, AFTERWORD_LEASE="6")
    home.start("web")
    messages = comments(60)
    send_all(home.port, messages)
    until(lambda: broker.waiting() >= 60, within=60, what="all in Redis")
    broker.client.flushall()
    home.start("worker")
    watch = Watch(home)
    watch.drained()
    findings = watch.findings(messages)
    assert findings.clean
    assert findings.begun == {1: 60}


def _whole(install: Install, server: RedisServer) -> tuple[Installation, Watch]:
    home = install(server.url)
    home.start("web")
    home.start("worker")
    return home, Watch(home)
