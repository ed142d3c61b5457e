"""Other ways to know the same: whole lists again and again, and the least that anybody could pay.

A full re-read (twarc2's way, and the naive daily sweep) is determined by who is in the list when it is
read, so it is computed from the stays, not asked for: each member in each UTC day is charged once,
a list costs a request per 1,000 members, and a change is noticed by the next reading. `reread` asks
a simulator for real; the tests hold the two against each other.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import NamedTuple

from bench.graph.delays import DAY, Delays
from bench.graph.truth import EVER, Stay
from tests.simulators.x.client import Client
from tests.simulators.x.kinds import Kind

PAGE = 1000
EACH = 10_000
"""Micro-dollars for a follower of somebody else, or a profile (facts 1.3)."""
_LEFT = {Kind.UNFOLLOW}


class Bill(NamedTuple):
    """What a way of reading comes to. Money in micro-dollars."""

    micros: int
    requests: int
    delays: Delays


def full(lists: Iterable[Sequence[Stay]], *, start: float, end: float, every: float) -> Bill:
    """Every list read whole each `every` seconds, `start` itself left out: there it was known."""
    looks = [start + every * n for n in range(1, int((end - start) / every + 1e-9) + 1)]
    ranks = _ranks(looks)
    delays, people, requests = Delays(), 0, 0
    for stays in lists:
        people += _charged(stays, looks, ranks)
        requests += sum(ceil(max(n, 1) / PAGE) for n in _sizes(stays, looks))
        _notice(stays, looks, delays, start=start, end=end)
    return Bill(people * EACH, requests, delays)


def reread(client: Client, owners: Sequence[str]) -> int:
    """Read lists whole, as twarc2 does; how many requests that took."""
    return sum(len(list(client.pages(owner, size=PAGE))) for owner in owners)


def optimum(lists: Iterable[Sequence[Stay]], *, start: float, end: float) -> Bill:
    """The least that anybody can pay who is told when and where lists change, and asks at once.

    n + 2 u + v people: each of n new followers must be returned once (facts 4A); of each of u that
    unfollowed, the member below it, on a page of one from a cursor that is kept, which shows that it
    is gone, and its profile, which shows that it is not suspended; of each of v that were suspended
    or deleted that neighbour alone, for their look-up returns nobody. A reader who is not told would
    pay the whole list for each certificate (facts 4C), so nobody can reach this one.
    """
    news = left = gone = 0
    for stays in lists:
        for stay in stays:
            news += stay.came is Kind.FOLLOW and start < stay.since <= end
            if start < stay.until <= end:
                left += stay.went in _LEFT
                gone += stay.went not in _LEFT
    return Bill((news + 2 * left + gone) * EACH, news + 2 * (left + gone), Delays())


def _ranks(looks: Sequence[float]) -> list[int]:
    """The UTC day of each reading, numbered without gaps."""
    days = [int(at // DAY) for at in looks]
    number = {day: rank for rank, day in enumerate(sorted(set(days)))}
    return [number[day] for day in days]


def _charged(stays: Sequence[Stay], looks: Sequence[float], ranks: Sequence[int]) -> int:
    by_member: dict[str, list[Stay]] = {}
    for stay in stays:
        by_member.setdefault(stay.member, []).append(stay)
    total = 0
    for own in by_member.values():
        spans = [(bisect_left(looks, s.since), bisect_left(looks, s.until)) for s in own]
        if len(spans) == 1:
            low, high = spans[0]
            total += ranks[high - 1] - ranks[low] + 1 if low < high else 0
        else:
            total += len({ranks[at] for low, high in spans for at in range(low, high)})
    return total


def _sizes(stays: Sequence[Stay], looks: Sequence[float]) -> list[int]:
    steps = [0] * (len(looks) + 1)
    for stay in stays:
        steps[bisect_left(looks, stay.since)] += 1
        steps[bisect_left(looks, stay.until)] -= 1
    sizes, size = [], 0
    for step in steps[: len(looks)]:
        size += step
        sizes.append(size)
    return sizes


def _notice(
    stays: Sequence[Stay], looks: Sequence[float], delays: Delays, *, start: float, end: float
) -> None:
    """What comes after the last reading is noticed at the end, as it is for everybody."""
    again = returns(stays)
    for stay in stays:
        if stay.came is Kind.FOLLOW and start < stay.since <= end:
            _note(delays.news, delays, stay.since, _first(looks, stay.since, end), stay.until)
        if start < stay.until <= end and stay.since < _last(looks, stay.until, start):
            at = _first(looks, stay.until, end)
            _note(delays.losses, delays, stay.until, at, again.get(stay, EVER))


def returns(stays: Sequence[Stay]) -> Mapping[Stay, float]:
    """When the member of a stay that ended was there again."""
    found: dict[Stay, float] = {}
    last: dict[str, Stay] = {}
    for stay in sorted(stays, key=lambda each: each.since):
        if stay.member in last:
            found[last[stay.member]] = stay.since
        last[stay.member] = stay
    return found


def _note(to: list[float], delays: Delays, at: float, noticed: float, undone: float) -> None:
    if noticed < undone:
        to.append(noticed - at)
    else:
        delays.passed += 1


def _first(looks: Sequence[float], at: float, end: float) -> float:
    found = bisect_left(looks, at)
    return looks[found] if found < len(looks) else end


def _last(looks: Sequence[float], at: float, start: float) -> float:
    found = bisect_left(looks, at)
    return looks[found - 1] if found else start
