"""Polls per day: the budget is kept, nobody starves, and money goes where it finds most."""

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.graph.policy import (
    LEAST_PER_DAY,
    MOST_PER_DAY,
    Sweeping,
    Watched,
    polls_per_day,
    stretch,
)

lists = st.lists(
    st.builds(
        Watched,
        interest=st.floats(0.1, 10),
        rate=st.floats(0.01, 100),
        cost=st.floats(1_000, 500_000),
    ),
    min_size=1,
    max_size=20,
)


@given(watched=lists, budget=st.floats(0, 5_000_000), free=st.booleans())
@settings(max_examples=100)
def test_the_budget_is_kept_and_nobody_starves(
    watched: list[Watched], budget: float, *, free: bool
) -> None:
    polls = polls_per_day(watched, budget=budget, rereads_free=free)
    most = 1.0 if free else MOST_PER_DAY
    spent = sum(each.cost * min(f, most) for each, f in zip(watched, polls, strict=True))
    least = sum(each.cost * LEAST_PER_DAY for each in watched)
    assert spent <= max(budget, least) * 1.0001
    assert all(LEAST_PER_DAY <= f <= MOST_PER_DAY for f in polls)


def test_interest_and_change_are_worth_polls_and_price_is_not() -> None:
    base = Watched(interest=1, rate=2, cost=10_000)
    others = [
        base._replace(interest=5),
        base._replace(rate=20),
        base._replace(cost=100_000),
    ]
    same, interest, rate, price = polls_per_day([base, *others], budget=20_000, rereads_free=False)
    assert interest > same
    assert rate > same
    assert price < same


def test_it_is_no_worse_than_even_polling_at_what_it_minimises() -> None:
    watched = [Watched(1 + i % 3, 0.1 * 1.5**i, 250_000) for i in range(12)]
    budget = 1_500_000.0
    even = [budget / 12 / each.cost for each in watched]
    chosen = polls_per_day(watched, budget=budget, rereads_free=False)
    assert _staleness(watched, chosen) < _staleness(watched, even)


def test_a_list_that_gets_its_daily_poll_is_polled_every_hour() -> None:
    cheap = Watched(1, 5, 10_000)
    dear = Watched(1, 5, 10_000_000)
    polls = polls_per_day([cheap, dear], budget=1_000_000, rereads_free=True)
    assert polls[0] == MOST_PER_DAY
    assert polls[1] < 1


def test_sweeps_are_stretched_to_what_they_may_cost() -> None:
    sweeps = [Sweeping(3_000_000, 30), Sweeping(3_000_000, 30)]
    assert stretch(sweeps, budget=400_000) == 1
    assert stretch(sweeps, budget=100_000) == pytest.approx(2)
    assert stretch([], budget=0) == 1


def _staleness(watched: list[Watched], polls: list[float]) -> float:
    pairs = zip(watched, polls, strict=True)
    return sum(-each.interest * log(f / (f + each.rate)) for each, f in pairs)
