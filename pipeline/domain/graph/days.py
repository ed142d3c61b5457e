"""When to begin a sweep: X charges a person once per UTC day, so one that ends on the next is dearer.

A sweep cut off and begun anew on its day costs nothing more; past midnight everybody is paid again.
"""

from datetime import UTC, datetime, time, timedelta
from math import ceil

from pipeline.domain.graph.prices import Quota

PER_PAGE = timedelta(seconds=3)
"""A page takes at most so long, its turn in the line included."""

AFTER_MIDNIGHT = timedelta(minutes=5)
"""Clocks differ, and so do opinions on which day a page of midnight belongs to."""


def pages(people: int | None, size: int) -> int:
    """Pages of a list, with the one that reads its head again."""
    return 1 if people is None else max(1, ceil(people / size)) + (people > size)


def time_for(pages_: int, quota: Quota) -> timedelta:
    """How long so many pages take: as many whole windows as they fill, and their own time."""
    return timedelta(seconds=quota.wait(pages_)) + pages_ * PER_PAGE


def begin_at(now: datetime, takes: timedelta) -> datetime:
    """Now, where it ends on the same UTC day; else early on the next.

    What takes longer than a day can only begin early on one.
    """
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    if now + takes + AFTER_MIDNIGHT <= midnight:
        return now
    began = midnight - timedelta(days=1) + AFTER_MIDNIGHT
    if takes >= timedelta(days=1) - 2 * AFTER_MIDNIGHT and now <= began + timedelta(hours=1):
        return now
    return midnight + AFTER_MIDNIGHT
