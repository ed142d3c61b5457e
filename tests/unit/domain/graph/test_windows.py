"""Rate windows: what answers, in any order, make of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.graph.port import NO_LIMITS, Limits
from pipeline.domain.graph.windows import (
    Window,
    again,
    between,
    closed,
    merged,
    opened,
    room,
    spent,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LENGTH = timedelta(minutes=15)
FRESH = Window(300, 300)


def at(minutes: float = 0, *, seconds: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, seconds=seconds)


def said(remaining: int, reset: datetime = NOON + LENGTH) -> Limits:
    return Limits(300, remaining, reset)


def after(window: Window, *answers: Limits, now: datetime = NOON) -> Window:
    for answer in answers:
        window = merged(window, answer, now=now, length=LENGTH)
    return window


def test_the_first_answer_tells_where_a_window_stands() -> None:
    assert after(FRESH, Limits(15, 14, at(15))) == Window(15, 14, at(15))


def test_under_one_reset_the_smallest_remainder_holds() -> None:
    assert after(FRESH, said(290), said(280), said(295)).remaining == 280


def test_the_same_reset_may_be_told_a_little_differently() -> None:
    jittered = after(FRESH, said(290), said(280, at(15, seconds=2)), said(285, at(14, seconds=58)))
    assert jittered == Window(300, 280, at(15, seconds=2))


def test_a_later_reset_replaces_and_an_earlier_one_is_ignored() -> None:
    first = after(FRESH, said(10))
    later = after(first, said(299, at(30)), now=at(15))
    assert later == Window(300, 299, at(30))
    assert after(later, said(9), said(0), now=at(15)) == later


def test_an_answer_of_the_window_before_says_nothing_of_a_fresh_one() -> None:
    assert after(FRESH, said(0, at(0)), now=at(1)) == FRESH


def test_past_its_reset_a_window_is_full_and_its_next_reset_unknown() -> None:
    used = Window(300, 0, at(15))
    assert opened(used, 0, now=at(15, seconds=0.9)) == used
    assert opened(used, 2, now=at(15, seconds=1)) == FRESH


def test_leases_that_ran_out_are_spent_but_not_where_an_answer_will_tell() -> None:
    assert opened(Window(300, 7, at(15)), 3, now=NOON).remaining == 4
    assert opened(Window(300, 2, at(15)), 3, now=NOON).remaining == 0
    assert opened(FRESH, 3, now=NOON) == FRESH


def test_an_answer_without_a_word_is_one_call_spent() -> None:
    once = after(FRESH, NO_LIMITS)
    assert once == Window(300, 299, NOON + LENGTH)
    assert merged(once, NO_LIMITS, now=at(5), length=LENGTH) == Window(300, 298, NOON + LENGTH)
    assert spent(Window(9, 0, at(3)), now=NOON, length=LENGTH).remaining == 0


def test_a_refusal_closes_the_window_until_its_reset() -> None:
    assert closed(Window(300, 5, at(9)), said(3, at(9)), now=NOON, length=LENGTH) == Window(
        300, 0, at(9)
    )


def test_a_refusal_that_names_no_reset_closes_for_a_whole_window() -> None:
    assert closed(FRESH, NO_LIMITS, now=NOON, length=LENGTH) == Window(300, 0, NOON + LENGTH)


def test_a_refusal_whose_reset_is_past_still_closes_for_a_moment() -> None:
    assert closed(FRESH, said(0, at(-5)), now=NOON, length=LENGTH).reset_at == at(seconds=1)


def test_a_late_refusal_does_not_close_the_window_after() -> None:
    newer = Window(300, 290, at(15))
    assert closed(newer, said(0, at(0)), now=NOON, length=LENGTH) == newer


def test_an_answer_that_names_no_reset_belongs_to_the_window_that_is_known() -> None:
    assert after(FRESH, Limits(300, 250, None)) == Window(300, 250, NOON + LENGTH)
    known = after(FRESH, said(290, at(9)), Limits(None, 280, None))
    assert known == Window(300, 280, at(9))


def test_a_reset_beyond_belief_is_not_believed() -> None:
    assert after(FRESH, said(1, at(60 * 24 * 365))).reset_at == at(15, seconds=30)


def test_one_call_goes_ahead_while_nobody_has_been_answered() -> None:
    assert room(FRESH, 0, interactive=False) == 1
    assert room(FRESH, 1, interactive=True) == 0


def test_a_tenth_is_kept_for_what_somebody_waits_for() -> None:
    window = Window(300, 40, at(15))
    assert room(window, 4, interactive=False) == 6
    assert room(window, 4, interactive=True) == 36
    assert room(Window(300, 20, at(15)), 0, interactive=False) == 0
    assert room(Window(5, 5, at(15)), 0, interactive=False) == 5


def test_who_waited_comes_back_after_the_reset_and_not_all_at_once() -> None:
    chance = Random(1).random  # noqa: S311 - a spread, no secret
    wakes = [again(at(5), now=NOON, length=LENGTH, chance=chance) for _ in range(8)]
    assert min(wakes) >= at(5, seconds=1)
    assert max(wakes) <= at(5, seconds=31)
    assert max(wakes) - min(wakes) >= timedelta(seconds=10)


def test_waits_are_never_shorter_than_a_second_nor_longer_than_a_window() -> None:
    def wake(reset: datetime | None) -> datetime:
        return again(reset, now=NOON, length=LENGTH, chance=lambda: 0.0)

    assert wake(at(-30)) == at(seconds=1)
    assert wake(at(600)) == at(15, seconds=31)
    assert wake(None) == at(seconds=1)


def test_a_moment_between_two_is_between_them() -> None:
    span = (timedelta(seconds=10), timedelta(seconds=60))
    assert between(*span, now=NOON, chance=lambda: 0.0) == at(seconds=10)
    assert between(*span, now=NOON, chance=lambda: 1.0) == at(seconds=60)


def history(numbers: Sequence[int], jitter: Sequence[int]) -> list[Limits]:
    """What a network answers call by call: `numbers` calls in each of its windows."""
    told = iter([*jitter, *[0] * sum(numbers)])
    return [
        said(299 - call, at(15 * (1 + window), seconds=next(told)))
        for window, calls in enumerate(numbers)
        for call in range(calls)
    ]


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=3),
    st.lists(st.integers(-3, 3), max_size=15),
    st.randoms(use_true_random=False),
)
def test_answers_in_any_order_end_in_the_same_state(
    numbers: list[int], jitter: list[int], random: Random
) -> None:
    answers, now = history(numbers, jitter), at(15 * len(numbers) - 5)
    shuffled = random.sample(answers, len(answers))
    assert after(FRESH, *shuffled, now=now) == after(FRESH, *answers, now=now)
    assert after(FRESH, *answers, now=now).remaining == 300 - numbers[-1]


@given(
    st.lists(st.sampled_from(["answer", "silent", "refused"]), max_size=12),
    st.randoms(use_true_random=False),
)
def test_a_window_is_never_believed_to_hold_more_than_in_the_order_of_the_network(
    kinds: list[str], random: Random
) -> None:
    """A refusal or a lost call among the answers: late ones never win anything back.

    A lost call is taken off when its lease runs out: after the answers of the calls before it.
    """

    def apply(window: Window, call: tuple[int, str]) -> Window:
        number, kind = call
        if kind == "refused":
            return closed(window, said(0), now=NOON, length=LENGTH)
        return merged(window, said(299 - number), now=NOON, length=LENGTH)

    calls = [(n, kind) for n, kind in enumerate(kinds) if kind != "silent"]
    lost = len(kinds) - len(calls)
    ends = []
    for order in (calls, random.sample(calls, len(calls))):
        window = FRESH
        for call in order:
            window = apply(window, call)
        ends.append(opened(window, lost, now=NOON))
    in_order, shuffled = ends
    assert shuffled.remaining <= in_order.remaining
    if calls:
        assert shuffled.remaining <= max(0, 300 - len(kinds))


@given(st.permutations(history([6], [])))
def test_what_is_left_only_falls_while_a_window_lasts(answers: list[Limits]) -> None:
    states = [FRESH]
    for answer in answers:
        states.append(after(states[-1], answer))
    assert all(b.remaining <= a.remaining for a, b in pairwise(states))
