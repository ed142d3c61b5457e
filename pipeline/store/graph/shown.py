"""Which spans may be shown: those of a run that has not finished are written, and not there yet.

The first reading of a long list writes its edges page by page, for a million in one transaction
would keep every other writer waiting (`pipeline.ingest.graph.early`). So whatever answers from spans
asks here; what takes in looks and events does not, for they were seen.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, true

from pipeline.domain.graph.kinds import ListKey, Mode
from pipeline.store.graph_tables import edge_span, graph_run

_r = graph_run.c
_whole = graph_run.alias("whole").c
_SWEPT = exists().where(
    _whole.owner == _r.owner,
    _whole.direction == _r.direction,
    _whole.mode == Mode.SWEEP,
    _whole.complete.is_(True),
)
_HIDDEN = select(_r.id).where(_r.complete.is_(False), or_(_r.finished_at.is_(None), ~_SWEPT))
"""Runs that go on, and those given up: until a complete one has taken over what they saw."""


def shown(db: Connection, keys: Sequence[ListKey]) -> ColumnElement[bool]:
    """Whether a span may be shown, of these lists, or of all where none is named.

    Mostly nothing is hidden, and a query is what it would be without: its index is enough for it.
    """
    query = _HIDDEN
    if keys:
        of_lists = [and_(_r.owner == key.owner, _r.direction == key.direction) for key in keys]
        query = query.where(or_(*of_lists))
    hidden = list(db.execute(query).scalars())
    return edge_span.c.run_from.not_in(hidden) if hidden else true()
