"""One list of one account, as FlockDB keeps it: members by position, and a cursor is a position."""

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple


class Slice(NamedTuple):
    """Members newest first, and what lies beyond either end of them."""

    members: list[int]
    positions: list[int]
    more_older: bool
    more_newer: bool


class FollowList:
    """Members of a list by rising position, 12 bytes each: the newest is last.

    `hidden` counts the members that pages leave out: those suspended or deleted.
    """

    __slots__ = ("hidden", "members", "positions")

    def __init__(self) -> None:
        self.positions = array("q")
        self.members = array("I")
        self.hidden = 0

    def __len__(self) -> int:
        return len(self.members)

    def add(self, member: int, position: int) -> None:
        """Put a member at the head. Positions only rise."""
        self.positions.append(position)
        self.members.append(member)

    def position_of(self, member: int) -> int:
        """A member's position, -1 for no member."""
        try:
            return self.positions[self.members.index(member)]
        except ValueError:
            return -1

    def remove(self, position: int) -> None:
        """Take the edge at a position out."""
        index = bisect_left(self.positions, position)
        del self.positions[index]
        del self.members[index]

    def older(self, before: int | None, size: int) -> Slice:
        """The newest `size` edges, of those older than the position `before` if one is given."""
        end = len(self.members) if before is None else bisect_left(self.positions, before)
        return self._slice(max(0, end - size), end)

    def newer(self, after: int, size: int) -> Slice:
        """The `size` edges next above the position `after`."""
        start = bisect_right(self.positions, after)
        return self._slice(start, min(len(self.members), start + size))

    def newest_first(self) -> list[int]:
        """All members."""
        return self.members[::-1].tolist()

    def _slice(self, start: int, end: int) -> Slice:
        members = self.members[start:end]
        positions = self.positions[start:end]
        members.reverse()
        positions.reverse()
        return Slice(members.tolist(), positions.tolist(), start > 0, end < len(self.members))
