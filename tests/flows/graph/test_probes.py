"""Heads of lists: every newcomer found, for close to the least that must be asked and paid."""

import random
from collections.abc import Callable
from datetime import timedelta
from math import ceil

import pytest

from pipeline.domain.graph.kinds import JobState, Mode
from pipeline.domain.graph.port import Person
from pipeline.store.graph import accounts
from tests.simulators.x.changes import Rates
from tests.simulators.x.drift import Drift
from tests.simulators.x.kinds import Direction as Side
from tests.support.reading import Reading, followers, numbers

pytestmark = pytest.mark.services
Open = Callable[..., Reading]
MEMBERS = numbers(1200)


def test_newcomers_are_found_for_the_least(reading: Open) -> None:
    on, dice = reading(followers("1", MEMBERS)), random.Random(11)  # noqa: S311 - repeatable
    row = on.keep("1")
    on.sync(row)
    for day in range(12):
        on.world.clock.advance(days=1)
        new = [str(50_000 + 100 * day + n) for n in range(dice.choice([0, 1, 2, 5, 9]))]
        for member in new:
            on.x.simulator.do("follow", member, "1")
        for member in dice.sample(MEMBERS, 3):
            on.x.simulator.do("unfollow", member, "1")
        back = dice.sample(MEMBERS, 1)
        on.x.simulator.do("follow", back[0], "1")
        on.x.simulator.report.clear()
        assert on.sync(row, Mode.PROBE).state == JobState.DONE
        line = on.x.simulator.report.total()
        assert line.asked <= ceil(len(new) / 1000) + 1
        assert line.charged <= len(new) + 2 + 25 + 70
        assert set(new) <= on.known(row)


def test_a_month_by_itself_finds_everybody_and_keeps_to_its_share(reading: Open) -> None:
    rates = Rates(follows=6, unfollows=3, refollows=0.5, suspensions=1)
    drift = Drift({("1", Side.FOLLOWERS): rates}, seed=3)
    on = reading(followers("1", MEMBERS), planner=drift)
    row = on.keep("1")
    with on.world.database.write() as db:
        accounts.learn(db, "x", [Person("1", "one", followers=1200)], now=on.world.clock())
    on.wait(step=timedelta(hours=2), times=12 * 6)
    on.sync(row, Mode.SWEEP)
    assert on.known(row) == on.truth("1")
    spent = on.x.simulator.ledger.spent["app"]
    first, *others, last = [spent[day] for day in sorted(spent)]
    assert first >= 12_000_000  # the first reading of it all
    assert sum(others) / len(others) < 12_000_000 / 6  # who left is searched for every day
    assert last >= 12_000_000
