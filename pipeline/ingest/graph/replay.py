"""Rebuilding from the log who was erased. Edges are not: pages of lists are no events."""

from collections.abc import Iterator

from sqlalchemy import Connection, delete

from pipeline.domain import events
from pipeline.domain.graph.facts import GraphErased
from pipeline.ingest.graph.erased import fold
from pipeline.store import log
from pipeline.store.graph_tables import erased_account
from pipeline.store.log import Filter

PROJECTED = (events.GRAPH_ERASED,)
"""What is folded."""


class GraphReplay:
    """Folds the log into an empty table."""

    def run(self, db: Connection) -> Iterator[bool]:
        """Yields per event that it was folded. One transaction, as for the comments."""
        db.execute(delete(erased_account))
        for event in log.walk(db, Filter(types=PROJECTED)):
            fold(db, event.id, event.fact(GraphErased))
            yield True
