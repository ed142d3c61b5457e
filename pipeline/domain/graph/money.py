"""Caps that hold to the last cent: whether a call still fits into what may be spent.

A reservation counts against every day and every cycle that its call may be charged to.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from pipeline.domain.graph.billing import cycle_of, days, following, next_cycle, passed
from pipeline.domain.graph.windows import LEASE

DOLLAR = 1_000_000
"""In micro-dollars."""
CAPPED = "the cap for "
"""How the reason begins of what waits for a day or a cycle to be over."""
_DAY = timedelta(days=1)
_LONGEST = 3653
"""Days: what takes more than ten years is never done."""


class Sums(NamedTuple):
    """Micro-dollars: all of them, and those of calls that nobody asked for."""

    whole: int = 0
    scheduled: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums(self.whole + other.whole, self.scheduled + other.scheduled)

    def minus(self, other: "Sums") -> "Sums":
        """Without a part of it."""
        return Sums(self.whole - other.whole, self.scheduled - other.scheduled)


class Books(NamedTuple):
    """What an app has spent by UTC day, from the beginning of the cycle on, and what is out."""

    settled: Mapping[date, Sums]
    reserved: Sums

    def over(self, first: date, end: date) -> Sums:
        """What was spent from `first` until before `end`."""
        chosen = [sums for day, sums in self.settled.items() if first <= day < end]
        return Sums(sum(s.whole for s in chosen), sum(s.scheduled for s in chosen))


class Caps(NamedTuple):
    """The most an app may spend. `cycle_day` is the day of the month on which its cycle begins."""

    day: Sums
    cycle: Sums
    cycle_day: int


class Period(NamedTuple):
    """A day or a cycle that a call may be charged to."""

    name: str
    cap: Sums
    settled: Sums
    over_at: datetime
    """From then on no call can be charged to it."""

    def left(self, reserved: Sums, *, scheduled: bool) -> int:
        """What a call may cost at most."""
        used = self.settled.plus(reserved)
        whole = self.cap.whole - used.whole
        return min(whole, self.cap.scheduled - used.scheduled) if scheduled else whole


class Refusal(NamedTuple):
    """Why a call does not fit. `until` None: not before somebody raises a cap."""

    until: datetime | None
    reason: str


def micros(dollars: float) -> int:
    """Whole micro-dollars, rounded down: 0.29 is 290,000 and not one less."""
    return int((Decimal(str(dollars)) * DOLLAR).to_integral_value(ROUND_FLOOR))


def dollars(amount: int) -> str:
    """ "$0.26", "$0.026", "$1,000.00": two decimals, and more only where they say something."""
    whole, fraction = divmod(amount, DOLLAR)
    return f"${whole:,}." + f"{fraction:06d}".rstrip("0").ljust(2, "0")


def caps(day: float, cycle: float, *, share: float, cycle_day: int) -> Caps:
    """Caps as the settings have them, in dollars; `share` is what scheduled calls may use."""
    return Caps(_capped(day, share), _capped(cycle, share), cycle_day)


def periods(books: Books, limits: Caps, *, now: datetime) -> Sequence[Period]:
    """Every day and cycle that a call which is let out now may be charged to."""
    touched = days(now)
    found = [
        Period(f"the day {d}", limits.day, books.over(d, following(d)), passed(d)) for d in touched
    ]
    for cycle in dict.fromkeys(cycle_of(d, limits.cycle_day) for d in touched):
        end = next_cycle(cycle)
        spent = books.over(cycle, end)
        found.append(Period(f"the cycle from {cycle}", limits.cycle, spent, passed(end - _DAY)))
    return found


def days_for(amount: int, limits: Caps, *, today: int, cycle: int, now: datetime) -> int | None:
    """Over how many UTC days an amount must be spread; None: more than ten years.

    `today` and `cycle` are what is left of both.
    """
    day, taken = now.astimezone(UTC).date(), 0
    for number in range(1, _LONGEST + 1):
        step = min(amount - taken, today, cycle)
        taken, cycle = taken + step, cycle - step
        if taken >= amount:
            return number
        day, today = following(day), limits.day.whole
        if cycle_of(day, limits.cycle_day) == day:
            cycle = limits.cycle.whole
    return None


def refusal(
    books: Books, limits: Caps, amount: int, *, scheduled: bool, now: datetime
) -> Refusal | None:
    """Why a call that may cost `amount` must not go out now; None: it fits everywhere.

    Where it would fit but for calls that are out, those are waited for.
    """
    all_periods = periods(books, limits, now=now)
    full = [p for p in all_periods if p.left(books.reserved, scheduled=scheduled) < amount]
    if not full:
        return None
    for period in full:
        most = period.cap.scheduled if scheduled else period.cap.whole
        if amount > most:
            said = f"a call may cost {dollars(amount)}, more than the cap of {dollars(most)}"
            return Refusal(None, f"{said} for {period.name}")
    spent = [p for p in full if p.left(Sums(), scheduled=scheduled) < amount]
    if not spent:
        return Refusal(now + LEASE, "what is left is reserved by calls that are out")
    last = max(spent, key=lambda period: period.over_at)
    return Refusal(last.over_at, f"{CAPPED}{last.name} is reached")


def _capped(cap: float, share: float) -> Sums:
    whole = micros(cap)
    return Sums(whole, int((whole * Decimal(str(share))).to_integral_value(ROUND_FLOOR)))
