"""Which old events may be deleted by hand, and deleting them a batch at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.events import (
    GRAPH_PAGE_DUE,
    GRAPH_WAKE,
    INDEX_REBUILD,
    INTERNAL,
    POST_DROPPED,
    POST_DUE,
    POST_STORED,
    SHAPES,
)
from pipeline.domain.ids import first_id_at
from pipeline.errors import Rejected
from pipeline.ingest.upkeep import BATCH
from pipeline.store import cleanup

PASSING = frozenset(
    {POST_STORED, POST_DROPPED, POST_DUE, INDEX_REBUILD, GRAPH_PAGE_DUE, GRAPH_WAKE}
)
"""Afterword's own, which only say that something is to be done."""

KEPT = (INTERNAL - PASSING) | {name for name in SHAPES if name.startswith(("comment.", "post."))}
"""Types that a replay folds, or that say why it does: without them comments or posts would vanish."""


class Plan(NamedTuple):
    """What a purge would delete, and what it leaves because a delivery is open, by type."""

    before_id: int
    doomed: Mapping[str, int]
    left: Mapping[str, int]

    @property
    def total(self) -> int:
        """Events that would go."""
        return sum(self.doomed.values())


def plan_purge(db: Connection, *, before: datetime, type_: str | None) -> Plan:
    """What a purge of one type, or of all that may go, would do.

    Raises Rejected for a type that comments or posts are rebuilt from.
    """
    if type_ in KEPT:
        raise Rejected(
            f"events of type {type_!r} are kept: comments and posts are rebuilt from them"
        )
    names = [type_] if type_ else [name for name in cleanup.types(db) if name not in KEPT]
    before_id = first_id_at(before)
    doomed = cleanup.count_settled(db, names, before_id=before_id)
    return Plan(before_id, doomed, cleanup.count_open(db, names, before_id=before_id))


def purge_batch(db: Connection, plan: Plan) -> int:
    """Delete the next events of the plan, at most BATCH; how many, 0 at the end."""
    return cleanup.delete_settled(db, list(plan.doomed), before_id=plan.before_id, limit=BATCH)
