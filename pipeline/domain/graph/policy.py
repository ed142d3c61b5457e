"""How often each list is probed, so that news are found soonest for the money.

Harmonic staleness (Kolobov et al., "Staying up to date with online content changes", NeurIPS 2019):
minimise the sum of -w ln(f / (f + r)) over polls per day f, with interest w and change rate r. Its
solution under a budget is f = (-r + sqrt(r^2 + 4 w r / (theta c))) / 2 with c what a poll costs and
one theta for all; theta is found by bisection. Unlike freshness (Cho and Garcia-Molina, 2003) it never
gives up a list that changes too fast, and counts every change that was missed.

One thing is X's own: a person returned twice on one UTC day is charged once. A list that is probed
once a day therefore costs nothing more when it is probed every hour, and is.
"""

from collections.abc import Sequence
from math import exp, sqrt
from typing import NamedTuple

MOST_PER_DAY = 24.0
"""Polls a list gets at most: more would find little sooner and use up the window."""

LEAST_PER_DAY = 1 / 14
"""Polls a list gets at least, whatever they cost: the caps refuse what there is no money for."""

_STEPS = 60
_LOW, _HIGH = -40.0, 40.0  # of ln theta


class Watched(NamedTuple):
    """A list as the policy sees it. `cost` is of a day's first poll, in any unit the budget has."""

    interest: float
    rate: float  # changes per day
    cost: float


class Sweeping(NamedTuple):
    """What regular sweeps take: `cost` of one, every `days`."""

    cost: float
    days: float


def polls_per_day(lists: Sequence[Watched], *, budget: float, rereads_free: bool) -> list[float]:
    """Polls per day of each list, which together cost at most `budget` a day.

    Where that is too little even for LEAST_PER_DAY of each, they get that.
    """
    if _spending(lists, _LOW, rereads_free=rereads_free) <= budget:
        return [_rounded(_harmonic(each, _LOW), rereads_free=rereads_free) for each in lists]
    low, high = _LOW, _HIGH
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _spending(lists, middle, rereads_free=rereads_free) > budget:
            low = middle
        else:
            high = middle
    return [_rounded(_harmonic(each, high), rereads_free=rereads_free) for each in lists]


def stretch(sweeps: Sequence[Sweeping], *, budget: float) -> float:
    """By how much to lengthen the days between sweeps so that they cost `budget` a day at most."""
    daily = sum(each.cost / each.days for each in sweeps)
    return max(1.0, daily / budget) if budget > 0 else 1.0


def daily_cost(sweeps: Sequence[Sweeping]) -> float:
    """What regular sweeps cost on a day's average."""
    return sum(each.cost / each.days for each in sweeps)


def _harmonic(each: Watched, theta: float) -> float:
    price = exp(theta) * max(each.cost, 1e-9)
    found = (-each.rate + sqrt(each.rate**2 + 4 * each.interest * each.rate / price)) / 2
    return min(max(found, LEAST_PER_DAY), MOST_PER_DAY)


def _spending(lists: Sequence[Watched], theta: float, *, rereads_free: bool) -> float:
    most = 1.0 if rereads_free else MOST_PER_DAY
    return sum(each.cost * min(_harmonic(each, theta), most) for each in lists)


def _rounded(polls: float, *, rereads_free: bool) -> float:
    return MOST_PER_DAY if rereads_free and polls >= 1.0 else polls
