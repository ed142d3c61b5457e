"""What the bounds of an edge say about a moment (see the table `edge_span`)."""

from datetime import datetime
from typing import NamedTuple


class Bounds(NamedTuple):
    """When an edge began and ended, each between a last and a first reading.

    `from_lo`: not there yet; None where nobody had looked before. `from_hi`: seen.
    `to_lo`: last seen there. `to_hi`: seen gone; None while nobody saw that.
    `to_lo` without `to_hi` is an edge that a reading did not find, and that is not yet explained.
    """

    from_lo: datetime | None
    from_hi: datetime
    to_lo: datetime | None
    to_hi: datetime | None

    def certain_at(self, moment: datetime) -> bool:
        """Whether it was surely there. One that nobody saw end is taken to last."""
        if moment < self.from_hi or (self.to_hi is not None and moment >= self.to_hi):
            return False
        return self.to_lo is None or moment <= self.to_lo

    def possible_at(self, moment: datetime) -> bool:
        """Whether it may have been there. Where nobody had looked before, it may always have been."""
        begun = self.from_lo is None or moment > self.from_lo or moment >= self.from_hi
        return begun and (self.to_hi is None or moment < self.to_hi)
