"""A backlog stays in the database: Redis holds a window of it, however long nobody works."""

from collections.abc import Callable

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_processes import until, wait
from tests.support.harness_watch import Broker, Watch, comments, send_all

pytestmark = pytest.mark.faults

EVENTS, WINDOW, LEASE_S = 2000, 100, 1


def test_redis_holds_a_window_while_leases_run_out_and_the_rest_is_drained_in_order(
    install: Callable[..., Installation], redis_server: Callable[[], RedisServer]
) -> None:
    server = redis_server()
    broker = Broker(server.url)
    home = install(
        server.url,
        AFTERWORD_WINDOW=str(WINDOW),
        AFTERWORD_LEASE=str(LEASE_S),
        AFTERWORD_WORKER_CONCURRENCY="1",
    )
    home.start("web")
    messages = comments(EVENTS)
    send_all(home.port, messages)
    until(lambda: broker.waiting() > WINDOW * 3 // 4, within=60, what="a full window")
    depths, memory = _watched(broker, seconds=5 * LEASE_S)
    assert max(depths) <= WINDOW
    assert max(memory) - min(memory) < 1 << 20
    home.start("worker")
    watch = Watch(home)
    watch.drained(within=90)
    broker.close()
    assert watch.findings(messages).clean
    assert watch.in_order_of_arrival()


def _watched(broker: Broker, *, seconds: float) -> tuple[list[int], list[int]]:
    depths, memory = [], []
    for _ in range(int(seconds / 0.1)):
        depths.append(broker.waiting())
        memory.append(broker.memory())
        wait(0.1)
    return depths, memory
