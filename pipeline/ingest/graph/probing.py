"""When a list's head is due, and when its network's count is."""

from datetime import datetime, timedelta

from pipeline.domain.graph.policy import LEAST_PER_DAY, MOST_PER_DAY
from pipeline.ingest.graph.intervals import Standing

__all__ = ["LEAST_PER_DAY", "count_is_due", "is_due"]

_DAY = timedelta(days=1)
_EARLY = timedelta(minutes=1)
"""Ticks come a little late or early: a count of an hour ago is due."""


def is_due(each: Standing, now: datetime) -> bool:
    """Whether to read its head: its time has come, or its count changed.

    Counted lists are read no more often than the budget allows either.
    """
    row = each.row
    if row.swept_at is None:
        return False
    if row.next_probe_at is not None and row.next_probe_at <= now:
        return True
    return each.counts and _head_changed(each, now)


def count_is_due(each: Standing, now: datetime) -> bool:
    """Whether to ask for its count. The first one of a day is paid for, the others are free."""
    if not each.counts or each.row.swept_at is None:
        return False
    last = each.row.counted_at
    return last is None or last + _DAY / MOST_PER_DAY <= now + _EARLY


def _head_changed(each: Standing, now: datetime) -> bool:
    row = each.row
    last = row.probed_at or row.swept_at
    if row.changed_at is None or last is None:
        return False
    return row.tally.expected is None or last + _DAY / each.polls <= now + _EARLY
