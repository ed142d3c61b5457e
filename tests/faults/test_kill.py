"""Everything is killed, emptied and frozen while events stream in: nothing is lost, nothing doubled.

AFTERWORD_KILL_EVENTS=10000 runs the long siege; its table is in docs/faults.md.
"""

import os
from collections.abc import Callable

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_siege import SMALL, WHOLE, besiege

pytestmark = pytest.mark.faults

EVENTS = "AFTERWORD_KILL_EVENTS"


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_while_everything_is_killed(
    install: Callable[..., Installation], redis_server: Callable[[], RedisServer]
) -> None:
    events = int(os.environ.get(EVENTS, SMALL.events))  # noqa: TID251 - a switch of the tests
    shape = SMALL if events < WHOLE.events else WHOLE
    redis = redis_server()
    report = besiege(install(redis.url), redis, shape._replace(events=events))
    print(report.text())  # noqa: T201 - pytest shows it on failure, and with -s
    assert not report.fleet.refused
    assert not report.fleet.given_up
    assert len(report.fleet.acknowledged) == events
    assert report.findings.clean, report.text()
