"""What happens by itself in simulated days."""

from collections import Counter
from random import Random
from statistics import mean

import msgspec
import pytest

from tests.simulators.x.changes import Rates, poisson, snowflake
from tests.simulators.x.drift import Drift, Plan, plan_of
from tests.simulators.x.kinds import Direction, Event, Kind
from tests.simulators.x.world import DAY, World

EDGES = [*((str(at), "7") for at in range(1000, 1400)), *(("7", str(at)) for at in range(20, 60))]
START = 1_780_272_000.0
FOLLOWERS = ("7", Direction.FOLLOWERS)
FOLLOWING = ("7", Direction.FOLLOWING)
BUSY = Rates(
    follows=8,
    unfollows=5,
    refollows=2,
    suspensions=2,
    reinstatements=1,
    deletions=1,
    protections=1,
    renames=1,
)


def events(plan: Plan, *, days: int, seed: int = 1, looks: int = 1) -> list[Event]:
    world = World(EDGES, start=START, planner=Drift(plan, seed=seed))
    for look in range(days * looks):
        world.catch_up(START + (look + 1) * DAY / looks - 1)
    return world.events


def test_the_same_seed_gives_the_same_days_whoever_looks_when() -> None:
    plan = {FOLLOWERS: BUSY, FOLLOWING: Rates(follows=1, unfollows=1)}
    assert events(plan, days=6) == events(plan, days=6, looks=7)
    assert events(plan, days=6) != events(plan, days=6, seed=2)


def test_lists_have_the_rates_they_were_given() -> None:
    happened = Counter(event.kind for event in events({FOLLOWERS: BUSY}, days=60))
    assert 60 * 9 < happened[Kind.FOLLOW] < 60 * 11
    assert 60 * 5 * 0.8 < happened[Kind.UNFOLLOW] < 60 * 7 * 1.2
    assert 90 < happened[Kind.SUSPEND] < 150
    assert 35 < happened[Kind.REINSTATE] < 85
    assert happened[Kind.DELETE] > 30
    assert happened[Kind.PROTECT] > 30
    assert happened[Kind.RENAME] > 30


def test_what_an_account_does_itself_is_in_its_other_list() -> None:
    happened = events({FOLLOWING: Rates(follows=3, unfollows=1)}, days=10)
    assert happened
    assert {event.source for event in happened} == {"7"}


def test_newer_members_leave_sooner() -> None:
    happened = events({FOLLOWERS: Rates(unfollows=10)}, days=10)
    depths = [400 - event.position for event in happened]
    assert 0.1 < mean(depths) / 400 < 0.35


def test_some_come_back() -> None:
    happened = events({FOLLOWERS: Rates(unfollows=2, refollows=3)}, days=20)
    back = [event.source for event in happened if event.kind is Kind.FOLLOW]
    left = [event.source for event in happened if event.kind is Kind.UNFOLLOW]
    assert len(back) > 30
    assert set(back) <= set(left)


def test_a_purge_suspends_many_within_minutes() -> None:
    happened = events({FOLLOWERS: Rates(purges=1, purged=60)}, days=3, seed=4)
    minutes = Counter(int((event.at - START) // 120) for event in happened)
    assert max(minutes.values()) > 30
    assert {event.kind for event in happened} == {Kind.SUSPEND}


def test_newcomers_are_made_that_day() -> None:
    world = World(EDGES, start=START, planner=Drift({FOLLOWERS: Rates(follows=9, newcomers=1.0)}))
    world.catch_up(START + DAY - 1)
    first = world.events[0]
    assert world.created[world.graph.node_of(first.source)] == first.at


def test_an_empty_list_loses_nobody() -> None:
    plan = {("9999", Direction.FOLLOWERS): Rates(unfollows=5, purges=1, refollows=1)}
    assert events(plan, days=3) == []


def test_rates_are_read_from_json() -> None:
    plan = plan_of('{"7": {"follows": 20}, "7/following": {"unfollows": 0.5}}')
    assert plan == {FOLLOWERS: Rates(follows=20), FOLLOWING: Rates(unfollows=0.5)}


@pytest.mark.parametrize("text", ['{"7": {"folows": 20}}', '{"7/likes": {}}', "[]"])
def test_what_are_no_rates_are_refused(text: str) -> None:
    with pytest.raises((msgspec.ValidationError, ValueError)):
        plan_of(text)


def test_numbers_are_poisson_distributed() -> None:
    chance = Random(1)  # noqa: S311 - repeatable
    numbers = [poisson(chance, 3.0) for _ in range(3000)]
    assert 2.8 < mean(numbers) < 3.2
    assert 2.6 < mean((number - 3) ** 2 for number in numbers) < 3.4
    assert poisson(chance, 0.0) == 0


def test_new_ids_tell_when_they_were_made() -> None:
    number = int(snowflake(START, Random(1)))  # noqa: S311 - repeatable
    assert ((number >> 22) + 1_288_834_974_657) / 1000 == START
