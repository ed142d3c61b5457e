"""Change rates that are learnt."""

import random

import pytest

from pipeline.domain.graph.rates import Seen


def test_nothing_seen_is_a_guess_and_never_a_certainty() -> None:
    assert 0 < Seen().per_day < 1
    still = Seen()
    for _ in range(50):
        still = still.after(0, days=1)
    assert 0 < still.per_day < 0.05


@pytest.mark.parametrize("rate", [1.0, 5.0, 40.0])
def test_a_steady_rate_is_found(rate: float) -> None:
    dice, seen = random.Random(7), Seen()  # noqa: S311 - a simulation
    for _ in range(120):
        changes, elapsed = 0, dice.expovariate(rate)
        while elapsed < 1:
            changes, elapsed = changes + 1, elapsed + dice.expovariate(rate)
        seen = seen.after(changes, days=1)
    assert seen.per_day == pytest.approx(rate, rel=0.35)


def test_a_busy_week_is_forgotten_in_months() -> None:
    seen = Seen()
    for _ in range(7):
        seen = seen.after(100, days=1)
    assert seen.per_day > 50
    for _ in range(180):
        seen = seen.after(1, days=1)
    assert seen.per_day < 3


def test_how_often_one_looks_does_not_change_what_is_learnt() -> None:
    often, seldom = Seen(), Seen()
    for _ in range(48):
        often = often.after(1, days=0.25)
    for _ in range(2):
        seldom = seldom.after(24, days=6)
    assert often.per_day == pytest.approx(seldom.per_day, rel=0.1)
