"""What runs see of a list becomes spans; what they miss becomes suspects."""

from datetime import timedelta

import pytest

from pipeline.domain.graph.kinds import AccountState, EndReason, Mode
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.finishing import Finished
from pipeline.store.database import Database
from pipeline.store.graph import accounts, lists, runs, suspects
from tests.support.clock import FakeClock
from tests.support.follows import Keeper

NOTHING = Finished(0, 0, 0, 0)


@pytest.fixture
def keeper(database: Database, clock: FakeClock) -> Keeper:
    """Thirty followers, swept: three pages of ten."""
    kept = Keeper(database, clock)
    kept.followers.follow(*(f"a{number}" for number in range(30)))
    assert kept.sweep() == NOTHING
    clock.advance(days=1)
    return kept


def test_a_first_sweep_gains_nobody_and_knows_nothing_of_before(keeper: Keeper) -> None:
    assert keeper.members() == {f"a{number}" for number in range(30)}
    (span,) = keeper.story("a3")
    assert (span.from_lo, span.to_hi) == (None, None)
    before = keeper.as_of(span.from_hi - timedelta(days=9))
    assert (len(before.certain), before.possible) == (0, None)


def test_a_probe_finds_new_ones_since_the_head_was_read_last(keeper: Keeper) -> None:
    with keeper.database.read() as db:
        row = lists.get(db, keeper.key)
    assert row is not None
    keeper.followers.follow("n1", "n2")
    assert keeper.probe() == NOTHING._replace(gained=2)
    (span,) = keeper.story("n1")
    assert (span.from_lo, span.from_hi) == (row.probed_at, keeper.clock())


def test_who_followed_again_has_two_spans(keeper: Keeper) -> None:
    keeper.followers.unfollow("a20")
    keeper.followers.follow("a20")
    assert keeper.probe() == NOTHING._replace(refollowed=1)
    first, second = keeper.story("a20")
    assert (first.end_reason, first.to_hi) == (EndReason.UNFOLLOWED, keeper.clock())
    assert (second.from_hi, second.to_hi) == (keeper.clock(), None)
    assert first.to_lo is not None
    assert second.from_lo is not None
    assert first.from_hi <= first.to_lo <= second.from_lo < second.from_hi


def test_who_follows_again_during_a_sweep_is_no_loss(keeper: Keeper) -> None:
    moves = iter(["a2"])

    def move() -> None:
        for member in moves:
            keeper.followers.unfollow(member)
            keeper.followers.follow(member)

    assert keeper.sweep(move) == NOTHING._replace(refollowed=1)
    assert "a2" in keeper.members()
    assert len(keeper.story("a2")) == 2


def test_who_was_seen_before_following_again_during_a_sweep_has_exact_bounds(
    keeper: Keeper,
) -> None:
    times = []

    def move() -> None:
        times.append(keeper.clock())
        if len(times) == 1:
            keeper.followers.unfollow("a22")
            keeper.followers.follow("a22")

    assert keeper.sweep(move) == NOTHING._replace(refollowed=1)
    first, second = keeper.story("a22")
    assert first[2:5] == (times[0], times[3], EndReason.UNFOLLOWED)
    assert second[:2] == (times[0], times[3])


def test_a_new_one_that_follows_again_during_its_first_sweep_began_last(keeper: Keeper) -> None:
    times = []

    def move() -> None:
        times.append(keeper.clock())
        if len(times) == 1:
            keeper.followers.unfollow("n1")
            keeper.followers.follow("n1")

    keeper.followers.follow("n1", "n2", "n3")
    keeper.sweep(move)
    (span,) = keeper.story("n1")
    assert span.from_hi == times[4]


def test_who_leaves_during_a_sweep_after_being_seen_is_a_suspect(keeper: Keeper) -> None:
    times = []

    def leave() -> None:
        times.append(keeper.clock())
        if len(times) == 1:
            keeper.followers.unfollow("a28")

    assert keeper.sweep(leave) == NOTHING._replace(suspects=1)
    keeper.confirm()
    assert keeper.story("a28")[0][2:5] == (times[0], times[3], EndReason.UNFOLLOWED)


def test_closing_pages_that_met_too_little_prove_nothing(
    database: Database, clock: FakeClock
) -> None:
    keeper = Keeper(database, clock)
    keeper.followers.follow("a1", "a2", "a3")
    gone = iter(["a1"])
    keeper.sweep(lambda: [keeper.followers.hide(member) for member in gone])
    hidden_at = keeper.followers.changes[-1].at
    keeper.sweep()
    keeper.confirm()
    (span,) = keeper.story("a1")
    assert span.to_lo is not None
    assert span.to_lo < hidden_at


def test_who_comes_during_a_sweep_is_in_its_closing_pages(keeper: Keeper) -> None:
    new = iter(["n1"])
    found = keeper.sweep(lambda: [keeper.followers.follow(member) for member in new])
    assert found == NOTHING._replace(gained=1)


def test_a_closing_reading_goes_on_until_it_meets_the_sweeps_first_page(keeper: Keeper) -> None:
    run = keeper.begin(Mode.SWEEP)
    keeper.take(run, 0, [Person(f"a{number}") for number in range(29, 19, -1)])
    keeper.take(run, 1, [Person(f"a{number}") for number in range(19, -1, -1)])
    keeper.take(run, 0, [Person(f"n{number}") for number in range(10)], closing=True)
    assert not keeper.closed(run)
    keeper.take(run, 1, [Person(f"a{number}") for number in range(29, 24, -1)], closing=True)
    assert keeper.closed(run)


def test_a_sweep_of_one_page_needs_no_closing_pages(keeper: Keeper) -> None:
    run = keeper.begin(Mode.SWEEP)
    keeper.take(run, 0, [Person("a1")])
    assert keeper.closed(run)


def test_short_and_empty_pages_are_no_end(keeper: Keeper) -> None:
    for number in range(19, 9, -1):
        keeper.followers.hide(f"a{number}")
    keeper.followers.hide("a25")
    assert keeper.sweep() == NOTHING._replace(suspects=11)
    assert keeper.confirm() == {EndReason.SUSPENDED: 11}
    assert len(keeper.members()) == 19


def test_the_missing_are_members_until_somebody_says_why(keeper: Keeper) -> None:
    keeper.followers.unfollow("a1")
    keeper.followers.hide("a2", AccountState.SUSPENDED)
    keeper.followers.hide("a3", AccountState.DELETED)
    keeper.followers.hide("a4", AccountState.PROTECTED)
    keeper.followers.hide("a5")
    keeper.followers.states["a5"] = AccountState.UNKNOWN
    assert keeper.sweep().suspects == 5
    assert len(keeper.members()) == 30
    last = keeper.clock()
    keeper.clock.advance(days=3)
    reasons = (EndReason.UNFOLLOWED, EndReason.SUSPENDED, EndReason.DELETED, EndReason.PROTECTED)
    assert keeper.confirm() == dict.fromkeys(reasons, 1)
    assert keeper.members() == {f"a{number}" for number in (0, *range(5, 30))}
    for number, reason in enumerate(reasons, start=1):
        (span,) = keeper.story(f"a{number}")
        assert (span.end_reason, span.to_hi) == (reason, last)
    with keeper.database.read() as db:
        assert keeper.names(suspects.of_list(db, keeper.key)) == {"a5"}
        (ord_,) = keeper.ords("a3")
        row = accounts.get(db, ord_)
    assert row is not None
    assert row.state is AccountState.DELETED


def test_a_suspect_is_certain_until_it_was_seen_and_possible_since(keeper: Keeper) -> None:
    keeper.followers.unfollow("a1")
    keeper.sweep()
    (ord_,) = keeper.ords("a1")
    now = keeper.as_of(keeper.clock())
    assert ord_ not in now.certain
    assert ord_ in now.shown()
    assert ord_ in keeper.as_of(keeper.story("a1")[0].from_hi).certain


def test_a_suspect_that_is_seen_again_is_none(keeper: Keeper) -> None:
    keeper.followers.hide("a1")
    keeper.followers.hide("a28")
    assert keeper.sweep().suspects == 2
    keeper.followers.show("a28")
    assert keeper.probe() == NOTHING
    keeper.followers.show("a1")
    assert keeper.sweep() == NOTHING
    assert keeper.confirm() == {}
    assert [len(keeper.story(name)) for name in ("a1", "a28")] == [1, 1]


def test_a_page_from_before_the_miss_clears_no_suspect(keeper: Keeper) -> None:
    run = keeper.begin(Mode.PROBE)
    keeper.take(run, 0, keeper.followers.page(None, 10)[0])
    keeper.followers.unfollow("a28")
    keeper.sweep()
    with keeper.database.write() as db:
        keeper.history.finish_probe(db, run, now=keeper.clock())
    assert keeper.confirm() == {EndReason.UNFOLLOWED: 1}


def test_a_suspect_that_followed_again_had_left(keeper: Keeper) -> None:
    keeper.followers.unfollow("a5")
    keeper.sweep()
    missed_at = keeper.clock()
    keeper.clock.advance(days=1)
    keeper.followers.follow("a5")
    assert keeper.probe() == NOTHING._replace(refollowed=1)
    assert keeper.confirm() == {}
    first, second = keeper.story("a5")
    assert (first.end_reason, first.to_hi) == (EndReason.UNFOLLOWED, missed_at)
    assert second.from_lo is not None
    assert second.from_lo >= missed_at


def test_who_returns_from_a_suspension_is_not_gained(keeper: Keeper) -> None:
    keeper.followers.hide("a29")
    keeper.followers.hide("a1")
    keeper.sweep()
    keeper.confirm()
    keeper.followers.show("a29")
    keeper.followers.show("a1")
    assert keeper.probe() == NOTHING._replace(returned=1)
    assert keeper.sweep() == NOTHING._replace(returned=1)
    assert [len(keeper.story(name)) for name in ("a1", "a29")] == [2, 2]


def test_who_returns_after_an_unfollow_is_gained(keeper: Keeper) -> None:
    keeper.followers.unfollow("a5")
    keeper.sweep()
    keeper.confirm()
    keeper.followers.follow("a5")
    assert keeper.probe() == NOTHING._replace(gained=1)


def test_a_probe_suspects_those_it_read_past(keeper: Keeper) -> None:
    keeper.followers.unfollow("a27")
    keeper.followers.unfollow("a3")
    assert keeper.probe() == NOTHING._replace(suspects=1)
    assert keeper.confirm() == {EndReason.UNFOLLOWED: 1}
    assert "a3" in keeper.members()


def test_a_probe_to_the_lists_end_is_a_sweep(database: Database, clock: FakeClock) -> None:
    keeper = Keeper(database, clock)
    keeper.followers.follow("a1", "a2", "a3")
    keeper.probe()
    keeper.followers.unfollow("a1")
    assert keeper.probe() == NOTHING._replace(suspects=1)
    with database.read() as db:
        assert [run.mode for run in runs.of_list(db, keeper.key)] == [Mode.SWEEP, Mode.SWEEP]


def test_a_probe_that_gave_up_leaves_the_next_one_its_fence(keeper: Keeper) -> None:
    with keeper.database.read() as db:
        old = lists.get(db, keeper.key)
    keeper.followers.follow(*(f"n{number}" for number in range(15)))
    run = keeper.begin(Mode.PROBE)
    keeper.take(run, 0, keeper.followers.page(None, 10)[0])
    with keeper.database.write() as db:
        assert keeper.history.finish_probe(db, run, now=keeper.clock()).gained == 10
        new = lists.get(db, keeper.key)
    assert old is not None
    assert new is not None
    assert (new.fence, new.probed_at) == (old.fence, old.probed_at)
    assert keeper.probe() == NOTHING._replace(gained=5)


def test_a_page_read_twice_counts_once(keeper: Keeper) -> None:
    run = keeper.begin(Mode.SWEEP)
    keeper.take(run, 0, [Person("a1"), Person("a2")])
    keeper.take(run, 0, [Person("a2"), Person("a3"), Person("a2")])
    with keeper.database.write() as db:
        found = keeper.history.finish_sweep(db, run, now=keeper.clock())
    assert found == NOTHING._replace(suspects=28)
    with keeper.database.read() as db:
        assert keeper.ords("a1") <= suspects.of_list(db, keeper.key).keys()
        assert runs.of_list(db, keeper.key)[0][8:12] == (1, 2, 0, 28)


def test_a_run_ends_once(keeper: Keeper) -> None:
    keeper.followers.follow("n1")
    run = keeper.begin(Mode.PROBE)
    page = keeper.followers.page(None, 10)[0]
    keeper.take(run, 0, page)
    with keeper.database.write() as db:
        keeper.history.finish_probe(db, run, now=keeper.clock())
        first = lists.get(db, keeper.key)
        keeper.history.take_page(db, run, 1, "x", page, read_at=keeper.clock())
        assert keeper.history.finish_probe(db, run, now=keeper.clock()) == NOTHING
        keeper.history.abandon(db, run)
        assert lists.get(db, keeper.key) == first
        assert runs.pages(db, run) == []
        kept = runs.get(db, run)
    assert kept is not None
    assert kept.complete


def test_a_run_that_nobody_began_shows_nothing(keeper: Keeper) -> None:
    with keeper.database.write() as db:
        assert keeper.history.head(db, keeper.key, 1).new == ()
        assert keeper.history.closing_head(db, keeper.key, 1).stop
        assert keeper.history.finish_probe(db, 1, now=keeper.clock()) == NOTHING


def test_an_abandoned_run_leaves_no_trace_in_the_list(keeper: Keeper) -> None:
    run = keeper.begin(Mode.SWEEP)
    keeper.take(run, 0, [Person("n1")])
    with keeper.database.write() as db:
        keeper.history.abandon(db, run)
        assert keeper.history.finish_sweep(db, run, now=keeper.clock()) == NOTHING
        kept = runs.get(db, run)
        assert runs.pages(db, run) == []
    assert kept is not None
    assert (kept.finished_at, kept.complete) == (keeper.clock(), False)
    assert len(keeper.members()) == 30


def test_who_a_probe_found_while_a_sweep_went_on_is_not_missing(keeper: Keeper) -> None:
    run = keeper.begin(Mode.SWEEP)
    keeper.take(run, 0, [Person(f"a{number}") for number in range(29, 9, -1)])
    keeper.followers.follow("n1")
    assert keeper.probe().gained == 1
    keeper.take(run, 1, [Person(f"a{number}") for number in range(9, -1, -1)])
    with keeper.database.write() as db:
        assert keeper.history.finish_sweep(db, run, now=keeper.clock()) == NOTHING
    assert keeper.confirm() == {}


def test_a_verdict_on_who_is_no_suspect_any_more_ends_nothing(keeper: Keeper) -> None:
    verdicts = dict.fromkeys(keeper.ords("a1"), AccountState.ACTIVE)
    with keeper.database.write() as db:
        assert not keeper.history.classify(db, keeper.key, verdicts, now=keeper.clock())
    assert "a1" in keeper.members()


def test_every_end_of_a_run_bumps_the_lists_revision(keeper: Keeper) -> None:
    revisions = []
    for _ in range(2):
        keeper.probe()
        with keeper.database.read() as db:
            row = lists.get(db, keeper.key)
        assert row is not None
        revisions.append(row.revision)
    assert revisions[1] > revisions[0]
