"""Which days and cycles a call may be charged to."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.graph.billing import (
    Retry,
    cycle_end,
    cycle_of,
    days,
    next_cycle,
    passed,
    retry,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)
moments = st.integers(0, 3 * 365 * 86_400).map(lambda s: NOON + timedelta(seconds=s))


def test_a_call_at_noon_falls_on_one_day_and_one_at_midnight_on_either() -> None:
    assert days(NOON) == (TODAY,)
    midnight = datetime(2026, 6, 2, tzinfo=UTC)
    assert days(midnight - timedelta(minutes=6, seconds=1)) == (TODAY,)
    assert days(midnight - timedelta(minutes=6)) == (TODAY, TODAY + DAY)
    assert days(midnight) == (TODAY, TODAY + DAY)
    assert days(midnight + timedelta(minutes=5)) == (TODAY + DAY,)


def test_cycles_begin_on_their_day_of_the_month() -> None:
    assert cycle_of(date(2026, 6, 14), 15) == date(2026, 5, 15)
    assert cycle_of(date(2026, 6, 15), 15) == date(2026, 6, 15)
    assert cycle_of(date(2026, 1, 3), 28) == date(2025, 12, 28)
    assert cycle_end(NOON, 15) == datetime(2026, 6, 15, tzinfo=UTC)


@given(moments, st.integers(1, 28))
def test_every_day_is_in_exactly_one_cycle(now: datetime, first: int) -> None:
    cycle = cycle_of(now.date(), first)
    assert cycle <= now.date() < next_cycle(cycle)
    assert cycle.day == next_cycle(cycle).day == first
    assert cycle_of(next_cycle(cycle) - DAY, first) == cycle


@given(moments)
def test_once_a_day_has_passed_no_call_can_fall_on_it(now: datetime) -> None:
    over = passed(now.date())
    assert now.date() not in days(over)
    assert now.date() in days(over - timedelta(microseconds=1))


def test_a_retry_is_free_on_the_same_day_and_dear_on_the_next() -> None:
    late = datetime(2026, 6, 1, 23, 57, tzinfo=UTC)
    assert retry(NOON, now=NOON + timedelta(hours=3)) is Retry.FREE
    assert retry(NOON, now=NOON + DAY) is Retry.DEAR
    assert retry(NOON, now=late) is Retry.DEAR
    assert retry(late, now=late + timedelta(minutes=4)) is Retry.UNCLEAR
    assert retry(late, now=late + timedelta(minutes=9)) is Retry.DEAR
