"""What an export is made of."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.store.graph import edges
from pipeline.store.graph.edges import Chosen, Edge, Node

_STEP = 1000


class Source(NamedTuple):
    """The graph that was chosen, read as it is written. `now` is when the export was asked for."""

    db: Connection
    chosen: Chosen
    now: datetime
    advance: Callable[[int], object] = int
    """Told of edges as they are written."""

    def nodes(self) -> Iterator[Node]:
        """Its accounts."""
        return edges.nodes(self.db, self.chosen)

    def edges(self) -> Iterator[Edge]:
        """Its edges' spans, in an order that keeps those of one edge together."""
        for number, edge in enumerate(edges.edges(self.db, self.chosen), 1):
            yield edge
            if number % _STEP == 0:
                self.advance(_STEP)


def written(moment: datetime | None) -> str:
    """A time in UTC (RFC 3339, xsd:dateTime); nothing for None."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
