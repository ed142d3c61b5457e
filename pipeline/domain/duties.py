"""A delivery on its way from the relay to a worker."""

from typing import NamedTuple


class Due(NamedTuple):
    """A delivery handed out.

    `attempts` is how often a worker has begun it so far, `dispatches` how often it was sent out.
    """

    event_id: int
    handler: str
    attempts: int
    dispatches: int = 1
