"""What an operator asks first, in one read."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.routes import QUEUES
from pipeline.store import comments, deliveries, overview
from pipeline.store.overview import Backlog


class Standing(NamedTuple):
    """Open and dead deliveries by handler, those handed out by queue, comments by state."""

    at: datetime
    backlogs: tuple[Backlog, ...]
    in_flight: Mapping[str, int]
    comments: Mapping[str, int]

    @property
    def dead(self) -> int:
        """Deliveries that were given up."""
        return sum(line.dead for line in self.backlogs)


def standing(db: Connection, *, now: datetime) -> Standing:
    """How things stand at `now` (aware)."""
    return Standing(
        at=now,
        backlogs=tuple(overview.backlogs(db, now=now)),
        in_flight={queue: deliveries.in_flight(db, queue, now=now) for queue in QUEUES},
        comments=comments.count_by_state(db),
    )
