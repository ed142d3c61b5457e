"""The turnstile's places: how many calls go out, when those that may not come back."""

from datetime import timedelta

import pytest

from pipeline.domain.graph.failures import (
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NoCreditsError,
    RateLimitedError,
)
from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Limits
from pipeline.domain.graph.windows import GRACE
from pipeline.errors import Rejected, Transient
from pipeline.store.graph import windows
from tests.unit.ingest.graph.gatehouse import MINUTE, Gatehouse

DOWN = NetworkDownError("no answer")


def limited(gate: Gatehouse, minutes: float, *, remaining: int = 0) -> RateLimitedError:
    limits = Limits(300, remaining, gate.clock.now + minutes * MINUTE)
    return RateLimitedError("429", limits=limits, hidden=remaining > 0)


def test_one_call_tells_how_full_a_window_is_before_others_follow(gate: Gatehouse) -> None:
    assert gate.free() == 1
    first = gate.enter()
    assert gate.free() == 0
    assert gate.denied().until == gate.clock.now + timedelta(seconds=1)
    gate.leave(first, limits=Limits(300, 299, gate.clock.now + 15 * MINUTE))
    assert gate.free() == 269
    gate.enter()
    assert gate.free() == 268


def test_a_tenth_of_the_window_is_kept_for_what_somebody_waits_for(gate: Gatehouse) -> None:
    gate.warm(31)
    gate.enter()
    found = gate.denied()
    assert found.until == gate.clock.now + 15 * MINUTE + timedelta(seconds=1)
    assert gate.free() == 0
    assert gate.free(interactive=True) == 30
    gate.enter(interactive=True)


def test_those_who_wait_come_back_over_half_a_minute(gate: Gatehouse) -> None:
    gate.warm(0)
    wakes = []
    for gate.chance in (0.0, 0.5, 1.0):
        until = gate.denied().until
        assert until is not None
        wakes.append((until - gate.clock.now - 15 * MINUTE).total_seconds())
    assert wakes == [1, 16, 31]


def test_just_after_the_reset_the_window_is_still_closed(gate: Gatehouse) -> None:
    gate.warm(0)
    gate.clock.advance(minutes=15, seconds=0.5)
    gate.denied()
    gate.clock.advance(seconds=0.5)
    gate.enter()


def test_a_call_that_never_came_back_is_spent(gate: Gatehouse) -> None:
    gate.warm(100)
    gate.enter()
    gate.clock.advance(seconds=59)
    assert (gate.remaining(), gate.free()) == (100, 69)
    gate.clock.advance(seconds=1)
    assert gate.free() == 69
    gate.tidy()
    assert (gate.remaining(), gate.free()) == (99, 69)
    gate.tidy()
    assert gate.remaining() == 99


def test_a_call_lost_in_the_window_before_is_not_taken_from_this_one(gate: Gatehouse) -> None:
    gate.warm(100)
    gate.enter()
    gate.clock.advance(minutes=16)
    assert gate.free() == 1
    gate.warm(299)
    assert gate.free() == 269


def test_an_answer_after_its_lease_ran_out_is_not_spent_twice(gate: Gatehouse) -> None:
    gate.warm(100)
    late = gate.enter()
    gate.clock.advance(seconds=61)
    gate.enter()
    assert gate.remaining() == 99
    gate.leave(late)
    assert gate.remaining() == 99


def test_a_refusal_closes_the_window_for_everybody(gate: Gatehouse) -> None:
    gate.warm(200, minutes=10)
    until = gate.refused(gate.enter(), limited(gate, 10))
    assert until == gate.clock.now + 10 * MINUTE + timedelta(seconds=1)
    assert gate.free(interactive=True) == 0
    assert gate.opens_at() == gate.clock.now + 10 * MINUTE
    gate.enter(credential="other")
    gate.enter(endpoint="following")


def test_a_refusal_without_a_reset_closes_for_a_window(gate: Gatehouse) -> None:
    until = gate.refused(gate.enter(), RateLimitedError("429"))
    assert until == gate.clock.now + 15 * MINUTE + timedelta(seconds=1)
    gate.clock.advance(minutes=15)
    gate.denied()
    gate.clock.advance(seconds=1)
    gate.enter()


def test_a_hidden_limit_is_a_short_wait_and_leaves_the_window_open(gate: Gatehouse) -> None:
    gate.warm(200)
    for gate.chance, seconds in ((0.0, 10), (1.0, 60)):
        until = gate.refused(gate.enter(), limited(gate, 15, remaining=150))
        assert until == gate.clock.now + timedelta(seconds=seconds)
    assert gate.free() == 120


def test_without_an_answer_the_next_try_waits_longer_each_time(gate: Gatehouse) -> None:
    gate.warm()
    gate.chance = 1.0
    waits = []
    for attempt in (1, 2, 3):
        until = gate.refused(gate.enter(), DOWN, attempt=attempt)
        assert until is not None
        waits.append((until - gate.clock.now).total_seconds())
    assert waits == [5, 10, 20]
    patient = Transient("busy", delay=90.0)
    assert gate.refused(gate.enter(), patient) == gate.clock.now + timedelta(seconds=90)


def test_a_call_without_an_answer_is_counted_once_earlier_answers_are_in(gate: Gatehouse) -> None:
    gate.warm(100)
    gate.refused(gate.enter(), DOWN)
    assert (gate.remaining(), gate.free()) == (100, 69)
    gate.clock.advance(seconds=60)
    gate.enter()
    assert gate.remaining() == 99


def test_a_first_call_without_an_answer_lets_the_next_one_try(gate: Gatehouse) -> None:
    gate.refused(gate.enter(), DOWN)
    assert gate.free() == 1


@pytest.mark.parametrize(
    ("failure", "comes_again"),
    [
        (CursorExpiredError("old"), True),
        (ListGoneError("gone", state=AccountState.DELETED), False),
        (NoCreditsError("402"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_other_refusal_is_one_call_spent(
    gate: Gatehouse, failure: Transient | Rejected, *, comes_again: bool
) -> None:
    gate.warm(100)
    until = gate.refused(gate.enter(), failure)
    assert until == (gate.clock.now if comes_again else None)
    assert gate.remaining() == 99


def test_a_first_call_that_never_ends_holds_the_window_as_long_as_its_lease(
    gate: Gatehouse,
) -> None:
    gate.enter()
    gate.clock.advance(seconds=20)
    assert gate.free() == 0
    assert gate.opens_at() == gate.clock.now + timedelta(seconds=40)
    gate.clock.now = gate.opens_at()
    assert gate.free() == 1


def test_a_window_past_its_reset_opens_with_the_clocks_that_are_late(gate: Gatehouse) -> None:
    gate.warm(0, minutes=10)
    reset = gate.clock.now + 10 * MINUTE
    gate.clock.now = reset + GRACE / 2
    assert gate.free() == 0
    assert gate.opens_at() == reset


def test_what_stops_a_call_is_told_in_order(gate: Gatehouse) -> None:
    gate.warm(0)
    gate.set(daily_cap=0.01, dry_run=True)
    assert "dry run" in gate.denied().reason
    gate.set(daily_cap=0.01)
    assert "used up" in gate.denied().reason
    gate.clock.advance(minutes=16)
    gate.set(daily_cap=100.0)
    gate.refused(gate.enter(), NoCreditsError("no credits"))
    gate.set(daily_cap=0.01, dry_run=True)
    assert gate.denied().reason == "no credits"
    gate.close_breaker()
    gate.set(daily_cap=0.01)
    assert "cap" in gate.denied().reason


def test_windows_are_listed_by_whose_they_are(gate: Gatehouse) -> None:
    gate.warm(42)
    gate.enter(credential="another")
    with gate.database.read() as db:
        found = windows.listing(db)
    assert [(row.credential, row.endpoint, row.window.remaining) for row in found] == [
        ("another", "followers", 300),
        ("main", "followers", 42),
    ]


def test_a_denied_call_leaves_nothing_behind(gate: Gatehouse) -> None:
    gate.set(daily_cap=0.5)
    gate.denied(size=100)
    assert gate.free() == 1
    assert gate.rows() == 0
