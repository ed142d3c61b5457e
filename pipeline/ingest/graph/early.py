"""Edges of a long list's first reading, written with its pages.

A million edges in the transaction that ends a sweep would hold SQLite's only writer for 20 s, and a
webhook waits for two. So a list that nobody has looked at yet gets its edges with each page, as they
would be in the end: nobody knows when they began, and they were seen when the page was read. Until
the run has finished they are not shown (`pipeline.store.graph.shown`).

A reading that is broken off leaves them: the next one finds them as members, and whoever is gone by
then was seen before. Edges of members whose own lists are kept wait for the end, for those lists
change with it. A later reading of the list finds few that are new, and writes all of them at its end.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Mode
from pipeline.ingest.graph.looks import ARCHIVE
from pipeline.store.graph import lists, spans
from pipeline.store.graph.runs import RunRow
from pipeline.store.graph.spans import Opening

FROM = 5
"""The first page that is written early: what those before it have, one transaction can take."""


def take(db: Connection, run: RunRow, members: Sequence[int], *, read_at: datetime) -> None:
    """Begin the spans of a page's members, where they are to be begun early."""
    row = lists.get(db, run.key)
    if row is None or run.mode is not Mode.SWEEP or run.source == ARCHIVE:
        return
    if row.swept_at is not None or row.probed_at is not None:
        return
    spans.lock(db)
    fresh = set(members) - lists.owners(db, run.direction.other).keys()
    fresh -= spans.open_among(db, run.key, fresh).keys()
    ended = spans.last_ended(db, run.key, fresh)
    gone = {member: each.to_hi for member, each in ended.items()}
    openings = [
        Opening(member, gone.get(member), read_at)
        for member in fresh
        if member not in gone or gone[member] < read_at
    ]
    spans.begin(db, run.key, openings, run.id)
