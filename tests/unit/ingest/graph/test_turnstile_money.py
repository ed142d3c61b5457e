"""The turnstile's money: what is reserved, charged, given back, and what stops it."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.graph.failures import (
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NoCreditsError,
    RateLimitedError,
    UsageCappedError,
)
from pipeline.domain.graph.kinds import AccountState
from pipeline.errors import NotFoundError, Rejected, Transient
from tests.unit.ingest.graph.gatehouse import MINUTE, Gatehouse

CENT = 10_000
DOWN = NetworkDownError("no answer")
BROKE = NoCreditsError("CreditsDepleted: no credits")
LATE = datetime(2026, 6, 1, 23, 50, tzinfo=UTC)


def test_a_call_is_reserved_whole_and_settled_at_what_came_back(gate: Gatehouse) -> None:
    permit = gate.enter(size=100)
    assert gate.spent().reserved == 100 * CENT
    assert gate.leave(permit, range(84)) == 84 * CENT
    assert gate.spent()[:2] == (84 * CENT, 84 * CENT)
    assert gate.spent().reserved == 0


def test_a_second_read_on_the_same_day_is_free_and_on_the_next_it_is_not(gate: Gatehouse) -> None:
    assert gate.leave(gate.enter(), range(100)) == 100 * CENT
    assert gate.leave(gate.enter(), range(1, 101)) == CENT
    gate.clock.advance(days=1)
    assert gate.leave(gate.enter(), range(100)) == 100 * CENT
    assert gate.spent()[:2] == (100 * CENT, 201 * CENT)


def test_another_list_or_kind_or_app_is_charged_for_itself(gate: Gatehouse) -> None:
    gate.leave(gate.enter(), [1])
    for other in ({"owner": 8}, {"kind": "user", "owner": 0}, {"app": "other"}):
        assert gate.leave(gate.enter(**other), [1]) == CENT


def test_ones_own_lists_cost_a_tenth(gate: Gatehouse) -> None:
    assert gate.leave(gate.enter(owned=True), range(100)) == 100 * CENT // 10


def test_the_day_is_that_of_the_networks_clock(gate: Gatehouse) -> None:
    gate.clock.now = LATE
    permit = gate.enter()
    midnight = datetime(2026, 6, 2, tzinfo=UTC)
    gate.leave(permit, range(10), answered_at=midnight + timedelta(seconds=1))
    assert gate.spent().day == 0
    gate.clock.now = midnight + MINUTE
    assert gate.spent().day == 10 * CENT
    assert gate.leave(gate.enter(), range(10)) == 0


def test_a_step_that_asks_again_finds_its_reservation(gate: Gatehouse) -> None:
    ask = gate.ask()
    first = gate.enter(ask)
    gate.clock.advance(minutes=3)
    second = gate.enter(ask)
    assert second.lease != first.lease
    assert second.again
    assert gate.spent().reserved == 100 * CENT
    assert gate.rows() == 1
    assert gate.leave(second, range(100)) == 100 * CENT
    assert gate.spent().reserved == 0


def test_a_step_that_asks_for_more_reserves_the_difference(gate: Gatehouse) -> None:
    gate.set(daily_cap=1.5)
    ask = gate.ask()
    gate.enter(ask)
    gate.clock.advance(minutes=3)
    assert gate.enter(ask._replace(size=150)).again
    assert gate.spent().reserved == 150 * CENT
    gate.clock.advance(minutes=3)
    assert gate.denied(ask._replace(size=151)).until is None


def test_who_is_late_can_not_take_back_what_another_took_over(gate: Gatehouse) -> None:
    ask = gate.ask()
    slow = gate.enter(ask)
    gate.clock.advance(minutes=3)
    gate.enter(ask)
    gate.refused(slow, RateLimitedError("429"))
    assert gate.spent().reserved == 100 * CENT


@pytest.mark.parametrize(
    "failure",
    [
        RateLimitedError("429"),
        RateLimitedError("429", hidden=True),
        UsageCappedError("capped"),
        BROKE,
        CursorExpiredError("old"),
        ListGoneError("protected", state=AccountState.PROTECTED),
        Rejected("odd"),
    ],
    ids=["429", "hidden", "capped", "402", "cursor", "gone", "rejected"],
)
def test_what_the_network_refused_costs_nothing(
    gate: Gatehouse, failure: Transient | Rejected
) -> None:
    gate.refused(gate.enter(), failure)
    assert gate.spent().reserved == 0
    assert gate.rows() == 0


def test_what_nobody_answered_stays_reserved(gate: Gatehouse) -> None:
    ask = gate.ask()
    gate.refused(gate.enter(ask), DOWN)
    assert gate.spent().reserved == 100 * CENT
    gate.refused(gate.enter(ask), RateLimitedError("429"))
    assert gate.spent().reserved == 100 * CENT


def test_on_the_next_day_a_call_without_an_answer_is_written_off(gate: Gatehouse) -> None:
    ask = gate.ask()
    gate.refused(gate.enter(ask), DOWN)
    gate.clock.advance(days=1)
    again = gate.enter(ask)
    assert not again.again
    assert gate.spent() == (0, 100 * CENT, 100_000_000, 1_000_000_000, 100 * CENT)
    assert gate.leave(again, range(100)) == 100 * CENT
    assert gate.spent()[:2] == (100 * CENT, 200 * CENT)


def test_a_retry_waits_until_it_is_known_which_day_was_charged(gate: Gatehouse) -> None:
    gate.clock.now = LATE + timedelta(minutes=8)
    ask = gate.ask()
    gate.refused(gate.enter(ask), DOWN)
    gate.clock.advance(minutes=3)
    found = gate.denied(ask)
    assert found.until == datetime(2026, 6, 2, 0, 5, tzinfo=UTC)
    gate.clock.now = found.until
    gate.enter(ask)
    assert gate.spent()[0] == gate.spent().reserved == 100 * CENT


def test_an_answer_that_comes_after_all_corrects_what_was_written_off(gate: Gatehouse) -> None:
    permit = gate.enter()
    gate.clock.advance(days=1)
    gate.tidy()
    assert gate.spent().cycle == 100 * CENT
    gate.leave(permit, range(3), answered_at=gate.clock.now - timedelta(days=1))
    assert gate.spent().cycle == 3 * CENT


def test_an_answer_to_a_step_that_was_taken_over_is_charged_on_top(gate: Gatehouse) -> None:
    ask = gate.ask()
    slow = gate.enter(ask)
    gate.clock.advance(minutes=2)
    quick = gate.enter(ask)
    assert gate.leave(quick, range(90)) == 90 * CENT
    assert gate.leave(slow, range(91)) == CENT
    assert gate.spent().day == 91 * CENT


def test_past_the_cap_nothing_goes_out_until_the_next_day(gate: Gatehouse) -> None:
    gate.set(daily_cap=1.5)
    gate.leave(gate.enter(size=100), range(100))
    gate.chance = 0.5
    found = gate.denied(size=51)
    assert found.until == datetime(2026, 6, 2, 0, 5, 15, tzinfo=UTC)
    assert "2026-06-01" in found.reason
    gate.leave(gate.enter(size=50), range(100, 150))
    gate.clock.now = found.until
    gate.enter(size=51)


def test_past_the_cycles_cap_nothing_goes_out_until_the_next_cycle(gate: Gatehouse) -> None:
    gate.set(daily_cap=1.0, cycle_cap=1.2, cycle_day=15)
    gate.leave(gate.enter(size=100), range(100))
    gate.clock.advance(days=1)
    assert gate.denied(size=21).until == datetime(2026, 6, 15, 0, 5, tzinfo=UTC)
    gate.enter(size=20)


def test_a_call_that_can_never_fit_waits_for_a_person(gate: Gatehouse) -> None:
    gate.set(daily_cap=1.0)
    found = gate.denied(size=101)
    assert found.until is None
    assert "$1.01" in found.reason


def test_scheduled_calls_leave_the_rest_to_people(gate: Gatehouse) -> None:
    gate.set(daily_cap=1.0, scheduled_share=0.5)
    gate.leave(gate.enter(size=50, scheduled=True), range(50))
    assert gate.denied(size=1, scheduled=True).until is not None
    gate.leave(gate.enter(size=50), range(50, 100))
    assert gate.denied(size=1).until is not None


def test_the_largest_page_that_still_fits_can_be_asked_for(gate: Gatehouse) -> None:
    gate.set(daily_cap=1.0, scheduled_share=0.5)
    gate.leave(gate.enter(size=30, scheduled=True), range(30))

    def affordable(**fields: object) -> int | None:
        with gate.database.read() as db:
            return gate.turnstile.affordable(db, gate.ask(**fields))

    assert affordable() == 70
    assert affordable(scheduled=True) == 20
    assert affordable(owned=True) == 700
    assert affordable(network="bluesky") is None


def test_a_dry_run_asks_nothing_that_costs(gate: Gatehouse) -> None:
    gate.set(dry_run=True)
    found = gate.denied()
    assert found.until is None
    assert "dry run" in found.reason
    gate.enter(network="bluesky")


def test_free_networks_have_no_ledger(gate: Gatehouse) -> None:
    permit = gate.enter(network="mastodon:social.example", size=80)
    assert permit.reservation is None
    assert gate.leave(permit, range(80)) == 0
    assert gate.rows() == 0


def test_a_network_whose_price_is_unknown_is_not_asked(gate: Gatehouse) -> None:
    with pytest.raises(NotFoundError):
        gate.try_(network="orkut")


def test_no_credits_stops_every_credential_of_the_app_at_once(gate: Gatehouse) -> None:
    permit = gate.enter()
    assert gate.refused(permit, BROKE) is None
    found = gate.denied(credential="other")
    assert found == (None, "CreditsDepleted: no credits")
    gate.enter(credential="third", app="another")
    assert gate.close_breaker()
    assert not gate.close_breaker()
    gate.enter(credential="other")


def test_a_usage_cap_stops_the_app_until_its_cycle_ends(gate: Gatehouse) -> None:
    gate.set(cycle_day=15)
    end = datetime(2026, 6, 15, tzinfo=UTC)
    assert gate.refused(gate.enter(), UsageCappedError("Monthly product cap")) == end
    assert gate.denied(credential="other").until == end
    gate.clock.now = end
    gate.enter()
    gate.tidy()
    assert not gate.close_breaker()


def test_a_breaker_that_waits_for_a_person_is_not_closed_by_time(gate: Gatehouse) -> None:
    gate.warm()
    first, second = gate.enter(), gate.enter()
    gate.refused(first, BROKE)
    gate.refused(second, UsageCappedError("capped"))
    assert gate.denied().until is None
    gate.clock.advance(days=40)
    assert gate.denied().until is None


def test_tidying_forgets_past_days_and_keeps_the_ledger(gate: Gatehouse) -> None:
    gate.warm()
    gate.leave(gate.enter(), range(10))
    gate.enter()  # nobody comes back for it
    gate.tidy()
    assert gate.leave(gate.enter(), range(10)) == 0
    gate.clock.advance(days=1)
    gate.tidy()
    assert gate.spent().reserved == 0
    assert gate.spent().cycle == 110 * CENT
    assert gate.rows() == 4
    gate.tidy()
    assert gate.spent().cycle == 110 * CENT


def test_half_of_a_days_part_of_the_cycle_comes_as_it_begins(gate: Gatehouse) -> None:
    gate.set(cycle_cap=60.0, scheduled_share=0.5)  # a dollar a day in June
    for hours, cents in {0: 1450, 6: 1450, 12: 1450, 18: 1475, 24: 1550}.items():
        gate.clock.now = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(hours=hours)
        assert gate.accrued() == cents * CENT
