"""The row of known members that ends a reading: whoever is not in it may have followed again.

Orders of two looks at the same members differ. Networks are consistent in the end, not at once, so
that neighbours change places, at either look or at both, and some between them have left: ranks of
members that stayed where they were are `NEAR` each other where they are not in order. One that
stands higher than that above another it stood below has followed again.

Whoever followed again stands above all that stayed. A row of them alone, however orderly, has a gap:
those who stood above them at the last look, and still stand further down. So a new one ends a row
with a larger gap than what leaves explains; below one with none a new one was out of sight at the
last look, or changed places with its neighbour, and nobody is newer than it further down. What no
rule can tell are as many of the newest as a reading asks for, who all followed again and came to
stand in their old order: they show what a list shows to which nothing happened.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

NEAR = 3
"""Ranks: two changes of places, and one who stood between them and left."""

BESIDE = 2
"""Members that may stand above one whom they stood below: it changed places once at each look."""


class Row:
    """Ranks as a reading meets them. `ranks` are all it may meet, `beyond` is of those without one."""

    def __init__(self, ranks: Iterable[int], beyond: int) -> None:
        self._ranks = sorted(ranks)
        self._beyond = beyond
        self._met: list[int] = []  # sorted
        self._order: list[int] = []  # of those in the row or before it, while they grow
        self._start = 0  # of the row, in the order
        self._newest = 0  # of it, those below the last new one

    def add(self, rank: int) -> None:
        """Meet a known member."""
        insort(self._met, rank)
        while self._order and self._order[-1] > rank + NEAR:  # that one followed again
            self._order.pop()
        self._start = min(self._start, len(self._order))
        self._newest = min(self._newest, len(self._order))
        insort(self._order, rank)

    def interrupt(self) -> None:
        """Meet a new one."""
        self._newest = len(self._order)
        if not self._is_close():
            self._start = len(self._order)

    @property
    def length(self) -> int:
        """Those older than the fence have no order: they count behind two of the fence."""
        in_fence = bisect_left(self._order, self._beyond)
        if in_fence < min(2, len(self._ranks)):
            return max(0, in_fence - self._start)
        return len(self._order) - self._start

    @property
    def arrived(self) -> bool:
        """Whether it has come to those who stayed where they were: one alone may have followed again."""
        return len(self._order) - self._newest > 1 and self._is_close()

    @property
    def passed(self) -> int:
        """Who has a lower rank and was not met is not further down either; -1: nobody's is lower."""
        return self._order[-1 - BESIDE] if len(self._order) > BESIDE else -1

    def __contains__(self, rank: int) -> bool:
        return rank in self._order

    def _is_close(self) -> bool:
        """Whether no more are missing above its end than may have left."""
        if not self._order:
            return True
        last = self._order[-1]
        gap = bisect_left(self._ranks, last) - bisect_left(self._met, last)
        return gap <= max(self.length, NEAR)
