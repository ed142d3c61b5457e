"""Everything is killed, emptied and frozen while events stream in: nothing is lost, nothing doubled."""

import os
from collections.abc import Callable

import pytest

from tests.services.redis import RedisServer
from tests.support.harness_siege import Siege, besiege

pytestmark = pytest.mark.faults

EVENTS = "AFTERWORD_KILL_EVENTS"


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_while_everything_is_killed(
    install: Callable[..., object], redis_server: Callable[[], RedisServer]
) -> None:
    number = int(os.environ.get(EVENTS, "1500"))  # noqa: TID251 - a switch of the tests
    siege = Siege.of(number)
    redis = redis_server()
    report = besiege(install(redis.url), redis, siege)
    print(report)
