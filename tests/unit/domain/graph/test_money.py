"""Caps: whether a call fits, and if not, when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.domain.graph.money import Books, Sums, caps, days_for, dollars, micros, refusal

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)
CAPS = caps(1.0, 20.0, share=0.5, cycle_day=1)
EMPTY = Books({}, Sums())


def books(spent: int = 0, *, scheduled: int = 0, reserved: int = 0, day: date = TODAY) -> Books:
    return Books({day: Sums(spent, scheduled)}, Sums(reserved))


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0.00"), (260_000, "$0.26"), (26_000, "$0.026"), (1_000_000_000, "$1,000.00")],
)
def test_money_reads_as_dollars(amount: int, text: str) -> None:
    assert dollars(amount) == text


def test_dollars_of_the_settings_are_taken_to_the_last_cent() -> None:
    assert micros(0.29) == 290_000
    assert micros(1.1) == 1_100_000
    assert micros(0.000_000_9) == 0


def test_the_last_cent_may_be_spent_and_not_one_more() -> None:
    almost = books(900_000)
    assert refusal(almost, CAPS, 100_000, scheduled=False, now=NOON) is None
    found = refusal(almost, CAPS, 100_001, scheduled=False, now=NOON)
    assert found is not None
    assert found.until == datetime(2026, 6, 2, 0, 5, tzinfo=UTC)
    assert "2026-06-01" in found.reason


def test_calls_that_are_out_count_and_are_waited_for() -> None:
    found = refusal(books(500_000, reserved=450_000), CAPS, 60_000, scheduled=False, now=NOON)
    assert found is not None
    assert found.until == NOON + timedelta(seconds=60)


def test_a_full_cycle_is_waited_for_until_the_next_one() -> None:
    spent = {TODAY + DAY * n: Sums(1_000_000) for n in range(20)}
    now = NOON + DAY * 20
    found = refusal(Books(spent, Sums()), CAPS, 10_000, scheduled=False, now=now)
    assert found is not None
    assert found.until == datetime(2026, 7, 1, 0, 5, tzinfo=UTC)


def test_what_was_spent_in_the_cycle_before_does_not_count() -> None:
    before = Books({TODAY - DAY: Sums(19_990_000)}, Sums())
    assert refusal(before, CAPS, 1_000_000, scheduled=False, now=NOON) is None
    at_midnight = datetime(2026, 6, 1, tzinfo=UTC)
    assert refusal(before, CAPS, 1_000_000, scheduled=False, now=at_midnight) is not None


def test_a_call_dearer_than_the_cap_waits_for_a_person() -> None:
    found = refusal(EMPTY, CAPS, 1_000_001, scheduled=False, now=NOON)
    assert found is not None
    assert found.until is None
    assert "$1.00" in found.reason


def test_scheduled_calls_have_a_share_and_leave_the_rest() -> None:
    half = books(500_000, scheduled=500_000)
    assert refusal(half, CAPS, 1, scheduled=True, now=NOON) is not None
    assert refusal(half, CAPS, 500_000, scheduled=False, now=NOON) is None


def test_what_people_ask_for_leaves_scheduled_calls_their_share() -> None:
    asked = books(500_000)
    assert refusal(asked, CAPS, 500_000, scheduled=True, now=NOON) is None
    assert refusal(books(600_000), CAPS, 400_001, scheduled=True, now=NOON) is not None


def test_around_midnight_a_call_must_fit_both_days() -> None:
    now = datetime(2026, 6, 2, 0, 2, tzinfo=UTC)
    full_yesterday = books(1_000_000)
    found = refusal(full_yesterday, CAPS, 1, scheduled=False, now=now)
    assert found is not None
    assert found.until == datetime(2026, 6, 2, 0, 5, tzinfo=UTC)
    assert refusal(full_yesterday, CAPS, 1, scheduled=False, now=found.until) is None


@pytest.mark.parametrize(
    ("amount", "days"), [(0, 1), (300_000, 1), (300_001, 2), (2_300_000, 3), (2_300_001, 6)]
)
def test_what_does_not_fit_today_takes_so_many_days(amount: int, days: int) -> None:
    """0.30 left today, 2.30 in a cycle that ends in four days, then 1.00 a day."""
    now = datetime(2026, 6, 26, 12, tzinfo=UTC)
    assert days_for(amount, CAPS, today=300_000, cycle=2_300_000, now=now) == days


def test_what_no_cap_lets_through_never_ends() -> None:
    shut = caps(0.0, 20.0, share=1.0, cycle_day=1)
    assert days_for(1, shut, today=0, cycle=20_000_000, now=NOON) is None
