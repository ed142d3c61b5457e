"""Snapshots: complete, in no order, of one moment, and not always the newest."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.graph.kinds import EndReason, Mode
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.finishing import Finished
from pipeline.store.database import Database
from pipeline.store.graph import lists, runs
from tests.support.clock import FakeClock
from tests.support.follows import Keeper

NOTHING = Finished(0, 0, 0, 0)


def day(number: int) -> datetime:
    return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=number)


@pytest.fixture
def keeper(database: Database, clock: FakeClock) -> Keeper:
    return Keeper(database, clock)


def take_in(keeper: Keeper, at: datetime, *members: str) -> Finished:
    now = keeper.clock()
    with keeper.database.write() as db:
        run = keeper.history.begin(db, keeper.key, mode=Mode.SWEEP, source="archive", at=now)
        for number, member in enumerate(members):
            keeper.history.take_page(db, run, number, "x", [Person(member)], read_at=now)
        return keeper.history.finish_sweep(db, run, now=now, at=at)


def bounds(keeper: Keeper, member: str) -> list[tuple[object, ...]]:
    return [span[:5] for span in keeper.story(member)]


def test_two_in_order_are_a_diff(keeper: Keeper) -> None:
    assert take_in(keeper, day(1), "a", "b") == NOTHING
    assert take_in(keeper, day(9), "c", "b") == NOTHING._replace(gained=1, suspects=1)
    assert keeper.confirm() == {EndReason.UNFOLLOWED: 1}
    assert bounds(keeper, "a") == [(None, day(1), day(1), day(9), EndReason.UNFOLLOWED)]
    assert bounds(keeper, "b") == [(None, day(1), None, None, None)]
    assert bounds(keeper, "c") == [(day(1), day(9), None, None, None)]


def test_the_older_one_later_tightens_bounds_and_overwrites_nothing(keeper: Keeper) -> None:
    take_in(keeper, day(9), "c", "b")
    assert take_in(keeper, day(1), "a", "b") == NOTHING
    assert bounds(keeper, "a") == [(None, day(1), day(1), day(9), EndReason.UNKNOWN)]
    assert bounds(keeper, "b") == [(None, day(1), None, None, None)]
    assert bounds(keeper, "c") == [(day(1), day(9), None, None, None)]
    assert keeper.members() == {"b", "c"}
    with keeper.database.read() as db:
        row = lists.get(db, keeper.key)
        assert [(run.started_at, run.complete) for run in runs.of_list(db, keeper.key)] == [
            (day(9), True),
            (day(1), True),
        ]
    assert row is not None
    assert row.swept_at == day(9)


def test_one_between_two_others_says_more_of_both_ends(keeper: Keeper) -> None:
    take_in(keeper, day(1), "a", "b")
    take_in(keeper, day(9), "c", "b")
    keeper.confirm()
    take_in(keeper, day(5), "a", "d")
    assert bounds(keeper, "a") == [(None, day(1), day(5), day(9), EndReason.UNFOLLOWED)]
    assert bounds(keeper, "c") == [(day(5), day(9), None, None, None)]
    assert bounds(keeper, "d") == [(day(1), day(5), day(5), day(9), EndReason.UNKNOWN)]
    left = (None, day(1), day(1), day(5), EndReason.UNKNOWN)
    assert bounds(keeper, "b") == [left, (day(5), day(9), None, None, None)]


def test_the_same_one_twice_changes_nothing(keeper: Keeper) -> None:
    for _ in range(2):
        take_in(keeper, day(1), "a", "b")
    take_in(keeper, day(9), "b")
    stories = [bounds(keeper, member) for member in "ab"]
    take_in(keeper, day(1), "a", "b")
    assert [bounds(keeper, member) for member in "ab"] == stories


def test_its_order_says_nothing_of_who_followed_again(keeper: Keeper) -> None:
    names = [f"a{number}" for number in range(30)]
    keeper.followers.follow(*names)
    keeper.sweep()
    keeper.clock.advance(days=1)
    assert take_in(keeper, keeper.clock(), *sorted(names)) == NOTHING
    assert keeper.probe() == NOTHING
    keeper.followers.follow("n1")
    assert keeper.probe() == NOTHING._replace(gained=1)


def test_a_probe_after_one_finds_who_is_new(keeper: Keeper) -> None:
    names = [f"a{number}" for number in range(30)]
    keeper.followers.follow(*names)
    take_in(keeper, day(1), *names)
    keeper.followers.follow("n1")
    assert keeper.probe() == NOTHING._replace(gained=1)
    assert keeper.story("n1")[0].from_lo == day(1)


def test_an_older_sweep_proves_an_absence_when_it_was_over(keeper: Keeper) -> None:
    keeper.followers.follow("b")
    keeper.sweep()
    with keeper.database.read() as db:
        (run,) = runs.of_list(db, keeper.key)
    take_in(keeper, day(1), "a", "b")
    assert bounds(keeper, "a") == [(None, day(1), day(1), run.finished_at, EndReason.UNKNOWN)]
