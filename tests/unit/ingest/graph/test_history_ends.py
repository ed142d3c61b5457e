"""One edge in two lists: its follower's, and the followed one's."""

from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest

from pipeline.domain.graph.kinds import AccountState, Direction, EndReason, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.finishing import Finished
from pipeline.store.database import Database
from pipeline.store.graph import lists, spans, suspects
from tests.support.clock import FakeClock
from tests.support.follows import OWNER, Keeper


@pytest.fixture
def keeper(database: Database, clock: FakeClock) -> Keeper:
    """Three followers, and whom one of them follows: the first list's owner and another."""
    kept = Keeper(database, clock)
    kept.followers.follow("a1", "a2", "a3")
    kept.sweep()
    clock.advance(days=1)
    return kept


@pytest.fixture
def following(keeper: Keeper) -> ListKey:
    with keeper.database.write() as db:
        key = keeper.keep(db, "a1", Direction.FOLLOWING)
    sweep(keeper, key, OWNER, "b1")
    return key


def sweep(keeper: Keeper, key: ListKey, *members: str) -> Finished:
    keeper.clock.advance(seconds=1)
    with keeper.database.write() as db:
        run = keeper.history.begin(db, key, mode=Mode.SWEEP, at=keeper.clock())
    keeper.take(run, 0, [Person(member) for member in members])
    with keeper.database.write() as db:
        return keeper.history.finish_sweep(db, run, now=keeper.clock())


def doubted(keeper: Keeper, key: ListKey) -> set[str]:
    with keeper.database.read() as db:
        return keeper.names(suspects.of_list(db, key))


def revision(keeper: Keeper, key: ListKey) -> int:
    with keeper.database.read() as db:
        row = lists.get(db, key)
    assert row is not None
    return row.revision


def members(keeper: Keeper, key: ListKey) -> set[str]:
    with keeper.database.read() as db:
        return keeper.names(spans.current(db, key))


def test_both_lists_have_the_edge_by_one_span(keeper: Keeper, following: ListKey) -> None:
    assert len(keeper.story("a1")) == 1
    assert members(keeper, following) == {OWNER, "b1"}


def test_who_is_missing_in_one_list_is_a_suspect_there(keeper: Keeper, following: ListKey) -> None:
    assert sweep(keeper, following, "b1").suspects == 1
    assert doubted(keeper, following) == {OWNER}
    assert doubted(keeper, keeper.key) == set()
    assert keeper.members() == {"a1", "a2", "a3"}


def test_the_newer_sight_of_the_other_list_clears_a_suspect(
    keeper: Keeper, following: ListKey
) -> None:
    sweep(keeper, following, "b1")
    keeper.sweep()
    assert doubted(keeper, following) == set()
    assert len(keeper.story("a1")) == 1


def test_a_list_that_was_swept_meanwhile_speaks_for_the_edge(
    keeper: Keeper, following: ListKey
) -> None:
    run = keeper.begin(Mode.SWEEP)
    keeper.take(run, 0, [Person("a2"), Person("a3")])
    sweep(keeper, following, OWNER)
    with keeper.database.write() as db:
        assert keeper.history.finish_sweep(db, run, now=keeper.clock()).suspects == 0


def test_an_end_is_the_end_in_both_lists(keeper: Keeper, following: ListKey) -> None:
    keeper.followers.unfollow("a1")
    sweep(keeper, following, "b1")
    keeper.sweep()
    assert (doubted(keeper, following), doubted(keeper, keeper.key)) == ({OWNER}, {"a1"})
    before = revision(keeper, following)
    assert keeper.confirm() == {EndReason.UNFOLLOWED: 1}
    assert doubted(keeper, following) == set()
    assert members(keeper, following) == {"b1"}
    assert revision(keeper, following) > before


def test_a_follow_that_one_list_shows_is_news_in_the_other(
    keeper: Keeper, following: ListKey
) -> None:
    before = revision(keeper, following)
    with keeper.database.write() as db:
        other = keeper.keep(db, "b2", Direction.FOLLOWERS)
    sweep(keeper, other, "a1")
    assert members(keeper, following) == {OWNER, "b1", "b2"}
    assert revision(keeper, following) > before
    assert sweep(keeper, following, "b2", OWNER, "b1") == Finished(0, 0, 0, 0)


def test_a_page_read_before_the_end_was_known_opens_nothing(
    keeper: Keeper, following: ListKey
) -> None:
    with keeper.database.write() as db:
        run = keeper.history.begin(db, following, mode=Mode.SWEEP, at=keeper.clock())
    keeper.take(run, 0, [Person(OWNER), Person("b1")])
    keeper.followers.unfollow("a1")
    keeper.push("a1", keeper.clock(), 1, gone=True)
    with keeper.database.write() as db:
        assert keeper.history.finish_sweep(db, run, now=keeper.clock()).gained == 0
    assert members(keeper, following) == {"b1"}


def test_a_late_unfollow_before_the_other_lists_sight_leaves_the_member(
    keeper: Keeper, following: ListKey
) -> None:
    with keeper.database.read() as db:
        row = lists.get(db, following)
    assert row is not None
    assert row.swept_at is not None
    keeper.push("a1", row.swept_at - timedelta(hours=1), 1, gone=True)
    assert OWNER in members(keeper, following)


def test_an_account_that_follows_itself_is_one_edge(keeper: Keeper) -> None:
    keeper.followers.follow(OWNER)
    assert keeper.probe().gained == 1
    with keeper.database.write() as db:
        key = keeper.keep(db, OWNER, Direction.FOLLOWING)
    sweep(keeper, key, OWNER)
    assert len(keeper.story(OWNER)) == 1
    verdicts = dict.fromkeys(keeper.ords("a2"), AccountState.ACTIVE)
    with keeper.database.write() as db:
        assert not keeper.history.classify(db, key, verdicts, now=keeper.clock())


def test_two_lists_that_end_at_once_open_one_span(keeper: Keeper) -> None:
    with keeper.database.write() as db:
        other = keeper.keep(db, "n1", Direction.FOLLOWING)
        begin = partial(keeper.history.begin, db, mode=Mode.SWEEP, at=keeper.clock())
        looks = [(begin(keeper.key), "n1"), (begin(other), OWNER)]
    for run, member in looks:
        keeper.take(run, 0, [Person(member)])
    start = Barrier(2)

    def end(run: int) -> None:
        start.wait()
        with keeper.database.write() as db:
            keeper.history.finish_sweep(db, run, now=keeper.clock())

    threads = [Thread(target=end, args=(run,)) for run, _ in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keeper.story("n1")) == 1
