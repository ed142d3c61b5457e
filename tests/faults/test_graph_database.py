"""The database killed or held by somebody else, or the whole set killed, in the middle of a sweep."""

from collections.abc import Callable

import pytest

from tests.services.redis import RedisServer
from tests.support.harness_database import held
from tests.support.harness_graph import Reader, seconds_to_midnight
from tests.support.harness_postgres import PostgresServer
from tests.support.harness_processes import wait
from tests.support.harness_sweep import EDGES, Sweep

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

Start = Callable[..., Reader]
SET = ("web", "worker")
BUSY_S = 2.0
"""How long a writer waits for another (pipeline.store.engines)."""


@pytest.fixture(autouse=True)
def within_a_day() -> None:
    if seconds_to_midnight() < 240:
        pytest.skip("would straddle midnight UTC, when everything is paid for again")


@pytest.mark.services
def test_postgresql_killed_at_every_step_costs_no_page_twice(
    start: Start, postgres_server: PostgresServer
) -> None:
    reader = start(EDGES, database_url=postgres_server.url)
    sweep = Sweep(reader)
    for process in SET:
        reader.home.start(process)
    sweep.begun()
    for _ in sweep.moments(seed=7):
        postgres_server.kill()
        wait(0.3)
        postgres_server.start()
        assert sweep.is_booked()
    assert sweep.strikes >= 5
    sweep.ended()


def test_a_database_that_somebody_else_holds_at_every_step_costs_time_alone(start: Start) -> None:
    reader = start(EDGES)
    sweep = Sweep(reader)
    for process in SET:
        reader.home.start(process)
    sweep.begun()
    for _ in sweep.moments(seed=8):
        with held(reader.home):
            wait(BUSY_S + 1.0)
        assert sweep.is_booked()
    assert sweep.strikes >= 5
    sweep.ended()


def test_the_whole_set_killed_at_every_step_goes_on_where_it_was(
    start: Start, redis: RedisServer
) -> None:
    reader = start(EDGES)
    sweep = Sweep(reader)
    running = [reader.home.start(process) for process in SET]
    sweep.begun()
    for _ in sweep.moments(seed=9):
        redis.kill()
        for process in running:
            process.kill()
        assert sweep.is_booked()
        redis.restart()
        running = [reader.home.start(process) for process in SET]
    assert sweep.strikes >= 5
    sweep.ended()
