"""When sweeps begin: within one UTC day where that is possible."""

from datetime import UTC, datetime, timedelta

from pipeline.domain.graph.days import begin_at, pages, time_for
from pipeline.domain.graph.prices import quota

FOLLOWERS = quota("x", "followers")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_pages_count_the_second_look_at_the_head() -> None:
    assert pages(None, 1000) == 1
    assert pages(0, 1000) == 1
    assert pages(1000, 1000) == 1
    assert pages(1001, 1000) == 3


def test_a_long_list_takes_as_many_windows_as_it_fills() -> None:
    assert time_for(1, FOLLOWERS) < timedelta(minutes=1)
    assert time_for(300, FOLLOWERS) < timedelta(minutes=20)
    assert time_for(1001, FOLLOWERS) >= timedelta(minutes=45)


def test_what_ends_today_begins_now_and_what_would_not_begins_after_midnight() -> None:
    hour = timedelta(hours=1)
    assert begin_at(NOON, 10 * hour) == NOON
    late = NOON.replace(hour=23, minute=30)
    assert begin_at(late, timedelta(minutes=10)) == late
    assert begin_at(late, hour) == datetime(2026, 6, 2, 0, 5, tzinfo=UTC)
    assert begin_at(NOON, 13 * hour) == datetime(2026, 6, 2, 0, 5, tzinfo=UTC)


def test_what_takes_longer_than_a_day_begins_early_on_one() -> None:
    week = timedelta(days=7)
    start = begin_at(NOON, week)
    assert start == datetime(2026, 6, 2, 0, 5, tzinfo=UTC)
    assert begin_at(start, week) == start
    assert begin_at(start + timedelta(minutes=30), week) == start + timedelta(minutes=30)
