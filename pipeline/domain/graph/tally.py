"""What a network's own count of a list tells: that its head is worth reading, how many have left.

A look-up of an account costs one resource and shows how long its lists are; a head costs its overlap.
So a list is counted often, and read when its count grew. With n new ones read since, and the count
grown by d, exactly u = n - d have left (facts, section 4B); until they are found they stay in
`expected` minus `counted`.

Counts are off by what a network counts and does not show. That stays the same from one reading to the
next, so `expected` begins at a count, not at a number of members; it is set anew where a search for
those who left did not find as many.
"""

from datetime import datetime
from typing import NamedTuple


class Tally(NamedTuple):
    """Where a list stands; see the columns of its row."""

    counted: int | None = None
    changed_at: datetime | None = None
    expected: int | None = None

    @property
    def lost(self) -> int:
        """How many left and were not found missing yet; 0 while the head is to be read first."""
        if self.expected is None or self.counted is None or self.changed_at is not None:
            return 0
        return max(0, self.expected - self.counted)

    @property
    def came(self) -> int:
        """How many came at least since the head was read."""
        if self.expected is None or self.counted is None:
            return 0
        return max(0, self.counted - self.expected)

    def after_count(self, count: int, *, now: datetime) -> "Tally":
        """The network counts so many now.

        A count that only fell tells of losses, and of nobody new at the head: for that, more would
        have to leave within an hour than come. Whoever comes so is found when the count grows next.
        """
        grew = self.expected is None or self.counted is None or count > self.counted
        return self._replace(counted=count, changed_at=self.changed_at or (now if grew else None))

    def after_head(self, *, came: int, missing: int, searched: bool) -> "Tally":
        """The head was read: so many came, so many are missing.

        Where the count still has more, somebody older is back, or shown no more often than before.
        """
        if self.counted is None:
            return self
        expected = self.counted
        if self.expected is not None and not searched:
            expected = max(expected, self.expected + came - missing)
        return Tally(self.counted, None, expected)
