"""Set algebra over lists of which not everything is known.

A list is two bitmaps of ordinals: who is in it for certain, and who may be. The answer to a question
is such a pair again, so that nothing unsure is ever told as a fact:
`certain` is contained in the truth, and the truth in `possible`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyroaring import BitMap


class Known(NamedTuple):
    """What is known of a list. `possible` None: anybody may be in it, because it was not read."""

    certain: BitMap
    possible: BitMap | None

    @property
    def is_exact(self) -> bool:
        """Whether the bounds are one set, told by identity: comparing would take as long as asking."""
        return self.possible is self.certain

    def shown(self) -> BitMap:
        """Those worth showing: all who may be in it, or where that is anybody, those who are."""
        return self.certain if self.possible is None else self.possible


def common(lists: Sequence[Known]) -> Known:
    """Who is in every one of at least one list."""
    certain = _in_all([each.certain for each in lists])
    if _are_exact(lists):
        return Known(certain, certain)
    bounded = [each.possible for each in lists if each.possible is not None]
    return Known(certain, _in_all(bounded) if bounded else None)


def only(first: Known, others: Sequence[Known]) -> Known:
    """Who is in the first list and in none of the others."""
    certain = BitMap()
    bounded = [each.possible for each in others if each.possible is not None]
    if len(bounded) == len(others):
        certain = first.certain - BitMap.union(BitMap(), *bounded)
        if first.is_exact and _are_exact(others):
            return Known(certain, certain)
    elsewhere = BitMap.union(BitMap(), *[each.certain for each in others])
    return Known(certain, None if first.possible is None else first.possible - elsewhere)


def at_least(least: int, lists: Sequence[Known]) -> Known:
    """Who is in `least` of the lists or more; `least` is 1 at the smallest.

    A list that was not read may hold anybody: so many fewer of the others suffice for `possible`.
    """
    certain = counted(least, [each.certain for each in lists])
    if _are_exact(lists):
        return Known(certain, certain)
    bounded = [each.possible for each in lists if each.possible is not None]
    unread = len(lists) - len(bounded)
    possible = None if unread >= least else counted(least - unread, bounded)
    return Known(certain, possible)


def counted(least: int, sets: Sequence[BitMap]) -> BitMap:
    """The numbers in `least` sets or more, as a bitmap of its own.

    A ladder: a number climbs a rung with each set that holds it. Rungs that can no longer be left
    for the top in time, or not reached yet, are not kept up.
    """
    ordered = sorted(sets, key=len)
    rungs = [BitMap() for _ in range(least)]
    for done, members in enumerate(ordered):
        lowest = max(0, least - (len(ordered) - done))
        for rung in range(min(least - 1, done), max(lowest, 1) - 1, -1):
            rungs[rung] |= rungs[rung - 1] & members
        if lowest == 0:
            rungs[0] |= members
    return rungs[-1]


def _are_exact(lists: Sequence[Known]) -> bool:
    return all(each.is_exact for each in lists)


def _in_all(members: Sequence[BitMap]) -> BitMap:
    """In place, the smallest first: two allocations less for each set than a new one every time."""
    smallest, *others = sorted(members, key=len)
    found = smallest & others[0] if others else smallest.copy()
    for each in others[1:]:
        found &= each
    return found


class Tally:
    """How many of many sets hold each number: binary counters, one bitmap per digit."""

    def __init__(self) -> None:
        self._digits: list[BitMap] = []

    def add(self, members: BitMap) -> None:
        """Count a set."""
        carry = members.copy()
        for place, digit in enumerate(self._digits):
            self._digits[place], carry = digit ^ carry, digit & carry
            if not carry:
                return
        self._digits.append(carry)

    def at_least(self, least: int) -> BitMap:
        """The numbers counted so often or more; `least` is 1 at the smallest."""
        more = BitMap()
        equal: BitMap | None = None  # as the digits above say; None: nobody looked at any yet
        if least >> len(self._digits):
            return more
        for place in reversed(range(len(self._digits))):
            digit = self._digits[place]
            with_it = digit if equal is None else equal & digit
            if least >> place & 1:
                equal = with_it
            else:
                more |= with_it
                equal = None if equal is None else equal - digit
        return more if equal is None else more | equal

    def levels(self, least: int) -> Iterator[tuple[int, BitMap]]:
        """Every count from the highest down to `least`, with the numbers counted just so often."""
        above = BitMap()
        for count in range((1 << len(self._digits)) - 1, least - 1, -1):
            enough = self.at_least(count)
            if level := enough - above:
                yield count, level
            above = enough
