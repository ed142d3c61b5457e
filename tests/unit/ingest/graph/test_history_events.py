"""Pushed events: the moment itself, in any order, as often as they like."""

from datetime import timedelta
from itertools import permutations

import pytest

from pipeline.domain.graph.kinds import Direction, EndReason
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.finishing import Finished
from pipeline.store.database import Database
from pipeline.store.graph import accounts, lists, suspects
from tests.support.clock import FakeClock
from tests.support.follows import OWNER, Keeper

HOUR = timedelta(hours=1)
NOTHING = Finished(0, 0, 0, 0)


@pytest.fixture
def keeper(database: Database, clock: FakeClock) -> Keeper:
    kept = Keeper(database, clock)
    kept.followers.follow(*(f"a{number}" for number in range(30)))
    kept.sweep()
    clock.advance(hours=1)
    return kept


def test_events_in_any_order_end_in_the_same_spans(keeper: Keeper) -> None:
    first = keeper.clock()
    events = [(first + number * HOUR, number % 2 == 1, number) for number in range(3)]
    keeper.clock.advance(days=1)
    stories = set()
    for name, order in enumerate(permutations(events)):
        for at, gone, event_id in (*order, order[0], order[-1]):
            keeper.push(f"n{name}", at, event_id, gone=gone)
        stories.add(tuple(span[:5] for span in keeper.story(f"n{name}")))
    assert stories == {
        (
            (first, first, first + HOUR, first + HOUR, EndReason.UNFOLLOWED),
            (first + 2 * HOUR, first + 2 * HOUR, None, None, None),
        )
    }


def test_an_event_told_twice_is_news_once(keeper: Keeper) -> None:
    at = keeper.clock()
    assert keeper.push("n1", at, 1)
    assert not keeper.push("n1", at, 1)
    assert keeper.push("n1", at + HOUR, 2, gone=True)
    assert not keeper.push("n1", at + HOUR, 2, gone=True)
    assert not keeper.push("n1", at, 1)


def test_an_edge_in_no_list_that_is_kept_is_not_noted(keeper: Keeper) -> None:
    with keeper.database.write() as db:
        lists.remove(db, keeper.key)
    assert not keeper.push("n1", keeper.clock(), 1)
    with keeper.database.read() as db:
        assert accounts.by_native(db, "x", ["n1"]) == {}


def test_a_list_of_whom_somebody_follows_hears_of_it_too(keeper: Keeper) -> None:
    with keeper.database.write() as db:
        lists.remove(db, keeper.key)
        key = keeper.keep(db, "a1", Direction.FOLLOWING)
    assert keeper.push("a1", keeper.clock(), 1, gone=True)
    with keeper.database.read() as db:
        row = lists.get(db, key)
    assert row is not None
    assert row.revision == 1


def test_profiles_in_events_are_kept(keeper: Keeper) -> None:
    with keeper.database.write() as db:
        person, owner = Person("n1", "ada"), Person(OWNER)
        keeper.history.observe(db, "x", person, owner, at=keeper.clock(), gone=False, event_id=1)
        found = accounts.by_handle(db, "x", "ada")
    assert found is not None


def test_a_pushed_member_is_neither_new_nor_followed_again_in_a_probe(keeper: Keeper) -> None:
    keeper.followers.follow("n1", "n2", "n3")
    for number, name in enumerate(("n3", "n1")):
        keeper.push(name, keeper.clock(), number)
    assert keeper.probe() == NOTHING._replace(gained=1)
    assert keeper.sweep() == NOTHING
    assert [len(keeper.story(name)) for name in ("n1", "n2", "n3")] == [1, 1, 1]


def test_a_late_follow_tightens_what_a_probe_bounded(keeper: Keeper) -> None:
    keeper.followers.follow("n1")
    at = keeper.clock()
    keeper.clock.advance(hours=5)
    keeper.probe()
    keeper.push("n1", at, 1)
    (span,) = keeper.story("n1")
    assert (span.from_lo, span.from_hi, span.to_hi) == (at, at, None)


def test_a_late_unfollow_before_the_newest_sight_leaves_the_member_in_the_list(
    keeper: Keeper,
) -> None:
    at = keeper.clock()
    keeper.clock.advance(hours=1)
    keeper.sweep()
    keeper.push("a1", at, 1, gone=True)
    assert "a1" in keeper.members()
    assert [span.to_hi for span in keeper.story("a1")] == [at, None]


def test_the_newest_members_were_seen_by_the_last_probe_too(keeper: Keeper) -> None:
    at = keeper.clock()
    keeper.clock.advance(hours=1)
    keeper.probe()
    for number, name in enumerate(("a29", "a1")):
        keeper.push(name, at, number, gone=True)
    assert {"a1", "a29"} - keeper.members() == {"a1"}


def test_an_unfollow_ends_a_suspicion(keeper: Keeper) -> None:
    keeper.followers.unfollow("a1")
    at = keeper.clock()
    keeper.clock.advance(hours=1)
    keeper.sweep()
    keeper.push("a1", at, 1, gone=True)
    assert keeper.confirm() == {}
    assert [span[2:5] for span in keeper.story("a1")] == [(at, at, EndReason.UNFOLLOWED)]


def test_a_follow_of_a_suspect_says_that_it_had_left(keeper: Keeper) -> None:
    keeper.followers.unfollow("a1")
    keeper.sweep()
    missed_at = keeper.clock()
    keeper.clock.advance(hours=1)
    keeper.followers.follow("a1")
    keeper.push("a1", keeper.clock(), 1)
    first, second = keeper.story("a1")
    assert (first.to_hi, first.end_reason) == (missed_at, EndReason.UNFOLLOWED)
    assert (second.from_lo, second.from_hi) == (keeper.clock(), keeper.clock())
    with keeper.database.read() as db:
        assert suspects.count(db, keeper.key) == 0


def test_a_follow_from_before_a_suspect_was_missed_clears_nobody(keeper: Keeper) -> None:
    keeper.followers.unfollow("a1")
    at = keeper.clock()
    keeper.clock.advance(hours=1)
    keeper.sweep()
    keeper.push("a1", at - HOUR, 1)
    with keeper.database.read() as db:
        assert suspects.count(db, keeper.key) == 1


def test_a_suspect_whose_follow_between_is_told_late_left_after_it(keeper: Keeper) -> None:
    at = keeper.clock() + HOUR
    keeper.followers.unfollow("a1")
    keeper.clock.advance(hours=9)
    keeper.sweep()
    keeper.push("a1", at, 1)
    assert keeper.confirm() == {EndReason.UNFOLLOWED: 1}
    assert keeper.story("a1")[-1].to_lo == at


def test_a_late_follow_of_one_whom_a_newer_look_lacks_is_over(keeper: Keeper) -> None:
    at = keeper.clock()
    keeper.clock.advance(hours=1)
    keeper.probe()
    seen_at = keeper.clock()
    keeper.push("n1", at, 1)
    assert "n1" not in keeper.members()
    (span,) = keeper.story("n1")
    assert span[:5] == (at, at, at, seen_at, EndReason.UNKNOWN)
