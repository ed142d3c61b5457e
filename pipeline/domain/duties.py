"""A delivery on its way from the relay to a worker."""

from typing import NamedTuple

SUSPECT_AFTER = 3
"""Attempts without an answer after which a delivery is sent out alone among its like."""


class Due(NamedTuple):
    """A delivery handed out.

    `attempts` is how often a worker has begun it so far, `dispatches` how often it was sent out.
    `silent`: no attempt ever ended, well or badly, as far as the row knows.
    """

    event_id: int
    handler: str
    attempts: int
    dispatches: int = 1
    silent: bool = False

    @property
    def suspect(self) -> bool:
        """Whether it may be what kills its workers: begun again and again, and never answered."""
        return self.silent and self.attempts >= SUSPECT_AFTER
