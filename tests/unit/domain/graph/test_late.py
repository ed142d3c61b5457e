"""Looks at one edge, in any order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.graph.kinds import EndReason
from pipeline.domain.graph.late import Around, seen, unseen
from pipeline.domain.graph.spans import Span

DAY = timedelta(days=1)
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return T0 + number * DAY


class Edge:
    """An edge's spans, as complete looks make them."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.looks: list[datetime] = []

    def look(self, at: datetime, *, is_there: bool) -> None:
        """A look from before the newest one, or the newest."""
        if any(each > at for each in self.looks):
            before = max((each for each in self.looks if each < at), default=None)
            after = min(each for each in self.looks if each > at)
            tell = seen if is_there else unseen
            self.spans = tell(self.spans, at, 7, Around(before, after))
        elif at not in self.looks:
            self._newest(at, is_there=is_there)
        self.looks.append(at)

    def _newest(self, at: datetime, *, is_there: bool) -> None:
        last = max(self.looks, default=None)
        is_open = bool(self.spans) and self.spans[-1].to_hi is None
        if is_there and not is_open:
            self.spans.append(Span(last, at))
        elif is_open and not is_there:
            self.spans[-1] = self.spans[-1].ended(last or at, at, EndReason.UNKNOWN, 7)

    def bounds(self) -> list[tuple[datetime | None, ...]]:
        return [span[:4] for span in self.spans]


def edge(looks: Iterable[tuple[int, bool]]) -> Edge:
    found = Edge()
    for number, is_there in looks:
        found.look(day(number), is_there=is_there)
    return found


def expected(looks: Sequence[tuple[int, bool]]) -> list[tuple[datetime | None, ...]]:
    """By definition: runs of neighbouring looks that saw it, and the looks around each."""
    found: list[tuple[datetime | None, ...]] = []
    absent: datetime | None = None
    since: tuple[datetime | None, datetime] | None = None
    last = T0
    for number, is_there in sorted(looks):
        at = day(number)
        if is_there:
            since = since or (absent, at)
            last = at
        else:
            if since is not None:
                found.append((*since, last, at))
            since, absent = None, at
    return [*found, (*since, None, None)] if since else found


@pytest.mark.parametrize(
    ("known", "late", "spans"),
    [
        # The first look of all was not the first moment.
        ([(5, True)], (2, True), [(None, 2, None, None)]),
        ([(5, True)], (2, False), [(2, 5, None, None)]),
        # Nobody knew the edge: it had ended when the list was first read.
        ([(5, False)], (2, True), [(None, 2, 2, 5)]),
        ([(1, False), (5, False)], (2, True), [(1, 2, 2, 5)]),
        # Both neighbours saw it, this one not: it was left and taken up again.
        ([(1, True), (5, True)], (2, False), [(None, 1, 1, 2), (2, 5, None, None)]),
        # An end is narrowed from both sides.
        ([(1, True), (9, False)], (3, True), [(None, 1, 3, 9)]),
        ([(1, True), (9, False)], (3, False), [(None, 1, 1, 3)]),
        # A gap between two that were seen.
        ([(1, True), (3, False), (9, True)], (5, True), [(None, 1, 1, 3), (3, 5, None, None)]),
    ],
)
def test_a_late_look_narrows_what_is_known(
    known: list[tuple[int, bool]],
    late: tuple[int, bool],
    spans: list[tuple[int | None, ...]],
) -> None:
    shown = [tuple(None if each is None else day(each) for each in span) for span in spans]
    assert edge([*known, late]).bounds() == shown


@settings(max_examples=150)
@given(st.dictionaries(st.integers(0, 12), st.booleans(), max_size=7), st.randoms())
def test_the_order_of_looks_makes_no_difference(looks: dict[int, bool], chance: object) -> None:
    shuffled = list(looks.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis hands out a Random
    assert edge(shuffled).bounds() == expected(list(looks.items()))


@settings(max_examples=60)
@given(st.dictionaries(st.integers(0, 12), st.booleans(), min_size=1, max_size=7))
def test_the_same_look_again_changes_nothing(looks: dict[int, bool]) -> None:
    once = edge(looks.items())
    before = once.bounds()
    for number, is_there in looks.items():
        once.look(day(number), is_there=is_there)
    assert once.bounds() == before
