"""The siege of test_kill.py in small, on PostgreSQL: same relay, other locks."""

from collections.abc import Callable

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_siege import Siege, besiege

pytestmark = [pytest.mark.faults, pytest.mark.services]

SIEGE = Siege(600, worker_kills=5, front_kills=3, frozen=2, drained_within=60, seed=2)


def test_nothing_is_lost_or_doubled_on_postgresql_either(
    install: Callable[..., Installation],
    redis_server: Callable[[], RedisServer],
    own_postgres: str,
) -> None:
    redis = redis_server()
    report = besiege(install(redis.url, own_postgres), redis, SIEGE, own_postgres)
    print(report.text())  # noqa: T201 - pytest shows it on failure, and with -s
    assert len(report.fleet.acknowledged) == SIEGE.events
    assert report.findings.clean, report.text()
