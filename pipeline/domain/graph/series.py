"""A list's growth by UTC day, with what is sure and what is possible."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from pipeline.domain.graph.bounds import Bounds
from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import EndReason, Mode

_DAY = timedelta(days=1)
_WORDS = (*ChangeKind, *EndReason)
"""Their order in a day: the same answer is always told alike."""


class Group(NamedTuple):
    """Spans of one list with the same bounds; what their beginning was, and why they ended."""

    bounds: Bounds
    began: ChangeKind
    reason: EndReason
    edges: int


class Run(NamedTuple):
    """A complete reading: of the whole list (SWEEP) or of its head (PROBE)."""

    at: datetime
    mode: Mode


class Range(NamedTuple):
    """At least `certain`, at most `possible`."""

    certain: int
    possible: int


class Day(NamedTuple):
    """One day. Changes by kind, losses by reason: only those there may have been."""

    day: date
    changes: Mapping[str, Range]
    size: Range | None
    """At the day's end; None before the list was first read."""
    read: Mode | None
    """The most complete reading that began that day; None is a gap: nobody looked."""


class Material(NamedTuple):
    """What a series is made of: see `pipeline.store.graph.changes`."""

    lasting: int
    """Edges that were there before the first day and were not seen to change since."""
    groups: Sequence[Group]
    missing: Sequence[tuple[datetime, datetime]]
    """Last seen, first missed: of members whose edge may have ended."""
    runs: Sequence[Run]
    first_read: datetime | None


def series(material: Material, first: date, until: datetime) -> list[Day]:
    """Every day from `first` to the one that `until` is in; that one ends at `until`."""
    axis = _Axis(first, until)
    changes = _changes(material, axis)
    certain, possible = _sizes(material, axis)
    read = _read(material.runs)
    days = []
    for place, day in enumerate(axis.days):
        known = material.first_read is not None and material.first_read <= axis.ends[place]
        size = Range(certain[place], possible[place]) if known else None
        happened = {
            word: changes[word][place]
            for word in _WORDS
            if word in changes and changes[word][place].possible
        }
        days.append(Day(day, happened, size, read.get(day)))
    return days


class _Axis:
    """The days, and the moments at which they begin and end."""

    def __init__(self, first: date, until: datetime) -> None:
        count = max(0, (until.astimezone(UTC).date() - first).days) + 1
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.days = [first + number * _DAY for number in range(count)]
        self.begins = [start + number * _DAY for number in range(count)]
        self.ends = [*self.begins[1:], until]

    def day_of(self, moment: datetime) -> int:
        """The place of the day a moment is in; -1 before the first."""
        return bisect_right(self.begins, moment) - 1

    def touched(self, lo: datetime, hi: datetime) -> tuple[int, int]:
        """Places of the first and last day in which something between two times may have been.

        It was before `hi`, so midnight there is the end of a day. -1 and one too many: outside.
        """
        last = self.day_of(hi) if lo == hi else bisect_left(self.begins, hi) - 1
        return self.day_of(lo), len(self.days) if hi > self.ends[-1] else last


def _changes(material: Material, axis: _Axis) -> dict[str, list[Range]]:
    sure: dict[str, list[int]] = {}
    maybe: dict[str, list[int]] = {}
    for word, lo, hi, count in _happenings(material):
        first, last = axis.touched(lo, hi)
        if last < 0:
            continue
        _add(maybe.setdefault(word, _flat(axis)), max(first, 0), last, count)
        if first == last:
            _add(sure.setdefault(word, _flat(axis)), first, last, count)
    return {
        word: [
            Range(certain, possible)
            for certain, possible in zip(
                accumulate(sure.get(word, _flat(axis))), accumulate(steps), strict=True
            )
        ]
        for word, steps in maybe.items()
    }


def _happenings(material: Material) -> Iterable[tuple[str, datetime, datetime, int]]:
    for bounds, began, reason, count in material.groups:
        if bounds.from_lo is not None:
            yield began, bounds.from_lo, bounds.from_hi, count
        if bounds.to_hi is not None:
            yield reason, bounds.to_lo or bounds.from_hi, bounds.to_hi, count
    for seen_at, missed_at in material.missing:
        yield ChangeKind.MISSING, seen_at, missed_at, 1


def _sizes(material: Material, axis: _Axis) -> tuple[list[int], list[int]]:
    """Per day's end how many are certain and possible, as `Bounds` says it of one edge."""
    sure, maybe = _flat(axis), _flat(axis)
    for steps in (sure, maybe):
        steps[0] += material.lasting
    for bounds, _, _, count in material.groups:
        seen = bisect_left(axis.ends, bounds.from_hi)
        gone = len(axis.ends) if bounds.to_hi is None else bisect_left(axis.ends, bounds.to_hi)
        last = gone if bounds.to_lo is None else bisect_right(axis.ends, bounds.to_lo)
        _add(sure, seen, min(gone, last) - 1, count)
        begun = 0 if bounds.from_lo is None else bisect_right(axis.ends, bounds.from_lo)
        _add(maybe, min(begun, seen), gone - 1, count)
    for seen_at, _ in material.missing:
        _add(sure, bisect_right(axis.ends, seen_at), len(axis.ends) - 1, -1)
    return list(accumulate(sure)), list(accumulate(maybe))


def _read(runs: Iterable[Run]) -> dict[date, Mode]:
    read: dict[date, Mode] = {}
    for at, mode in runs:
        day = at.astimezone(UTC).date()
        if read.get(day) is not Mode.SWEEP:
            read[day] = mode
    return read


def _flat(axis: _Axis) -> list[int]:
    """Steps of a staircase that is level all along."""
    return [0] * len(axis.days)


def _add(steps: list[int], first: int, last: int, count: int) -> None:
    """Raise the staircase from one place to another, both included."""
    if first > last or first >= len(steps):
        return
    steps[first] += count
    if last + 1 < len(steps):
        steps[last + 1] -= count
