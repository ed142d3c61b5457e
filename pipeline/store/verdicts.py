"""Verdicts: what moderation said of each revision."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from pipeline.store.comment_tables import verdict
from pipeline.store.prepared import Prepared


class StoredVerdict(NamedTuple):
    """A verdict's row; `detail` is the whole verdict as JSON."""

    comment_id: int
    revision: int
    pipeline: str
    config: str
    decision: str
    score: float
    detail: str
    at: datetime


_ADD = Prepared(insert(verdict))


def add(db: Connection, row: StoredVerdict) -> None:
    """Store a verdict."""
    _ADD.change(db, row._asdict())


def of_comment(db: Connection, comment_id: int) -> list[StoredVerdict]:
    """All verdicts on a comment, newest revision first."""
    columns = [verdict.c[name] for name in StoredVerdict._fields]
    query = select(*columns).where(verdict.c.comment_id == comment_id)
    rows = db.execute(query.order_by(verdict.c.revision.desc(), verdict.c.at.desc()))
    return [StoredVerdict(*row) for row in rows]
