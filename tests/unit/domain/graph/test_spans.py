"""The story of one edge: events and late looks bound it, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.graph.kinds import EndReason
from pipeline.domain.graph.late import Around, seen, unseen
from pipeline.domain.graph.spans import Sight, Span, followed, unfollowed

NO_SIGHT = Sight()
UNFOLLOWED, UNKNOWN, SUSPENDED = EndReason.UNFOLLOWED, EndReason.UNKNOWN, EndReason.SUSPENDED


def day(number: float) -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=number)


def exact(begin: float, end: float) -> Span:
    return Span(day(begin), day(begin), day(end), day(end), UNFOLLOWED)


def told(spans: list[Span], moment: int, sight: Sight = NO_SIGHT) -> list[Span]:
    """Follows are on even days, unfollows on odd ones."""
    tell = unfollowed if moment % 2 else followed
    return tell(spans, day(moment), moment, sight)


@given(st.integers(1, 7), st.randoms(use_true_random=False), st.integers(0, 1))
def test_events_in_any_order_and_twice_tell_one_story(
    length: int, random: Random, first: int
) -> None:
    events = list(range(first, length))
    shuffled = events + random.sample(events, len(events) // 2)
    random.shuffle(shuffled)
    in_order: list[Span] = []
    for moment in events:
        in_order = told(in_order, moment)
    spans: list[Span] = []
    for moment in shuffled:
        spans = told(spans, moment)
    assert [span[:5] for span in spans] == [span[:5] for span in in_order]


def test_an_event_is_the_moment_that_looks_only_bounded() -> None:
    spans = [Span(day(1), day(5), day(8), day(12), UNKNOWN)]
    spans = followed(spans, day(3), 1, NO_SIGHT)
    assert [each[:5] for each in unfollowed(spans, day(9), 2, NO_SIGHT)] == [exact(3, 9)[:5]]


def test_a_follow_dated_soon_after_a_look_that_saw_it_is_the_same_follow() -> None:
    spans = [Span(day(1), day(5))]
    assert followed(spans, day(5) + timedelta(minutes=9), 1, NO_SIGHT) == spans


def test_a_follow_of_a_member_seen_long_ago_tells_of_an_unseen_end() -> None:
    first, second = followed([Span(None, day(1))], day(9), 7, Sight(present=day(4)))
    assert first == Span(None, day(1), day(4), day(9), UNFOLLOWED, 0, 7)
    assert second == Span(day(9), day(9), run_from=7)


def test_a_follow_is_after_the_end_of_the_span_before_it() -> None:
    spans = [Span(None, day(1), day(2), day(9), UNKNOWN), Span(day(3), day(9))]
    first, second = followed(spans, day(5), 7, NO_SIGHT)
    assert (first.to_hi, second[:2]) == (day(5), (day(5), day(5)))


def test_a_follow_while_an_end_was_only_bounded_divides_the_bounds() -> None:
    spans = followed([Span(None, day(1), day(2), day(9), SUSPENDED)], day(5), 7, NO_SIGHT)
    assert [each[:5] for each in spans] == [
        (None, day(1), day(2), day(5), UNFOLLOWED),
        (day(5), day(5), day(5), day(9), SUSPENDED),
    ]


def test_a_late_end_before_the_newest_sight_leaves_the_member_in_the_list() -> None:
    first, second = unfollowed([Span(None, day(1))], day(3), 7, Sight(present=day(5)))
    assert first[1:5] == (day(1), day(3), day(3), UNFOLLOWED)
    assert second == Span(day(3), day(5), run_from=7)


def test_an_end_after_the_newest_sight_is_the_end() -> None:
    (span,) = unfollowed([Span(None, day(1))], day(6), 7, Sight(present=day(5)))
    assert span == Span(None, day(1), day(6), day(6), UNFOLLOWED, 0, 7)


def test_an_end_within_the_bounds_of_a_suspension_stays_one() -> None:
    spans = [Span(None, day(1), day(2), day(9), SUSPENDED)]
    (span,) = unfollowed(spans, day(5), 7, NO_SIGHT)
    assert span[2:5] == (day(5), day(5), SUSPENDED)


def test_an_end_before_anybody_looked_is_of_a_span_of_its_own() -> None:
    spans = unfollowed([Span(None, day(5))], day(3), 7, NO_SIGHT)
    assert [each[:5] for each in spans] == [
        (None, day(3), day(3), day(3), UNFOLLOWED),
        (day(3), day(5), None, None, None),
    ]


def test_a_late_follow_that_a_newer_look_lacks_had_ended_by_then() -> None:
    (span,) = followed([], day(3), 7, Sight(absent=day(8)))
    assert span == Span(day(3), day(3), day(3), day(8), UNKNOWN, 7)


def test_a_follow_that_a_list_may_only_lag_behind_is_believed() -> None:
    (span,) = followed([], day(3), 7, Sight(absent=day(3) + timedelta(seconds=30)))
    assert span == Span(day(3), day(3), run_from=7)


def test_an_end_of_one_whom_the_last_look_lacked_began_after_it() -> None:
    (span,) = unfollowed([], day(3), 7, Sight(absent=day(1)))
    assert span == Span(day(1), day(3), day(3), day(3), UNFOLLOWED, 7, 7)


@pytest.mark.parametrize(
    ("at", "bounds"),
    [(2, (1, 2, 10, 20)), (6, (1, 5, 10, 20)), (15, (1, 5, 15, 20)), (20, (1, 5, 10, 20))],
)
def test_an_older_look_that_saw_it_tightens_bounds(at: int, bounds: tuple[int, ...]) -> None:
    spans = seen([Span(day(1), day(5), day(10), day(20), UNKNOWN)], day(at), 7, Around())
    assert spans[0][:4] == tuple(map(day, bounds))


def test_an_older_look_that_saw_it_in_a_gap_saw_another_span() -> None:
    spans = seen([exact(1, 2), exact(8, 9)], day(5), 7, Around())
    assert spans[1] == Span(day(2), day(5), day(5), day(8), UNKNOWN, 7)
    (only,) = seen([], day(5), 7, Around(after=day(6)))
    assert only == Span(None, day(5), day(5), day(6), UNKNOWN, 7)


@pytest.mark.parametrize(
    ("at", "bounds"), [(2, (2, 5, 10, 20)), (7, (1, 5, 10, 20)), (15, (1, 5, 10, 15))]
)
def test_an_older_look_without_it_tightens_the_other_bounds(
    at: int, bounds: tuple[int, ...]
) -> None:
    spans = unseen([Span(day(1), day(5), day(10), day(20), UNKNOWN)], day(at), 7, Around())
    assert spans[0][:4] == tuple(map(day, bounds))
