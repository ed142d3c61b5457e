"""Which UTC day and billing cycle a call is charged to.

A network charges a call to the day of its own clock. So a call near midnight may fall on either day,
and on either cycle where one ends there.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from pipeline.domain.graph.windows import LEASE

MARGIN = timedelta(minutes=5)
"""How far the network's clock may be from ours."""
_DAY = timedelta(days=1)


class Retry(Enum):
    """What repeating a call costs that may have been charged."""

    FREE = "free"  # both fall on one day, and a resource is charged once a day
    DEAR = "dear"  # the first one's day is known, and the second is charged beside it
    UNCLEAR = "unclear"  # the first one's day is not known, and either may still be spent from


def days(now: datetime) -> tuple[date, ...]:
    """The days that a call which is let out now may be charged to: one, or two around midnight."""
    first, last = (
        (now - MARGIN).astimezone(UTC).date(),
        (now + LEASE + MARGIN).astimezone(UTC).date(),
    )
    return (first,) if first == last else (first, last)


def retry(first: datetime, *, now: datetime) -> Retry:
    """What it costs to repeat now a call that was let out at `first`."""
    before, today = days(first), days(now)
    if len(before) == 1:
        return Retry.FREE if before == today else Retry.DEAR
    return Retry.UNCLEAR if today[0] == before[0] else Retry.DEAR


def cycle_of(day: date, first: int) -> date:
    """The first day of the billing cycle that a day is in; cycles begin on day `first` (1..28)."""
    if day.day >= first:
        return day.replace(day=first)
    return (day.replace(day=1) - _DAY).replace(day=first)


def next_cycle(cycle: date) -> date:
    """The first day of the cycle after the one that begins on `cycle`."""
    return cycle_of(cycle + timedelta(days=31), cycle.day)


def following(day: date) -> date:
    """The day after."""
    return day + _DAY


def passed(day: date) -> datetime:
    """From when on no call can be charged to a day any more."""
    return midnight(following(day)) + MARGIN


def midnight(day: date) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def cycle_end(now: datetime, first: int) -> datetime:
    """When the billing cycle ends."""
    return midnight(next_cycle(cycle_of(now.astimezone(UTC).date(), first)))
