"""What X charges for the events it pushes. Nobody asks for one, so no cap can refuse it: it is only
entered, and what it cost is missing for calls.
"""

from collections.abc import Mapping
from datetime import UTC

from sqlalchemy import Connection

from pipeline.domain.graph import prices
from pipeline.domain.graph.kinds import X
from pipeline.domain.schemes import Scheme
from pipeline.ingest.graph.credentials import SETTING
from pipeline.settings.sites import RESERVED_SOURCES, Source
from pipeline.store.graph import ledger, sizes
from pipeline.store.graph.ledger import Entry
from pipeline.store.log import StoredEvent


class Tolls:
    """Enters pushed events into the ledger. The caller owns the transaction."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        others = {name for name, source in sources.items() if source.scheme is not Scheme.X}
        self._free = others | RESERVED_SOURCES

    def pay(self, db: Connection, event: StoredEvent) -> int:
        """What an event cost, in micro-dollars; call it once for each. 0: X did not push it.

        A source that the settings do not name is that of a listener to X's stream.
        """
        if event.source in self._free:
            return 0
        cost = prices.price(X, prices.EVENT, owned=False).micros
        at, app = event.received_at, next((row.app for row in sizes.payers(db, X)), SETTING)
        day = at.astimezone(UTC).date()
        entry = Entry(event.id, event.id, 0, app, at, day, prices.EVENT, False, cost, cost, 1)  # noqa: FBT003 - a column
        ledger.add(db, entry)
        return cost
