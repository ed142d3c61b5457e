"""Revisions: every text a comment had, and where near-duplicates of it are looked up."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from pipeline.store.comment_tables import comment_band as band
from pipeline.store.comment_tables import comment_revision
from pipeline.store.insertion import Insertion
from pipeline.store.prepared import Prepared


class Revision(NamedTuple):
    """One text of a comment, as rendered when it came."""

    comment_id: int
    revision: int
    event_id: int
    text: str
    html: str
    renderer: str
    at: datetime


_ONE = Prepared(
    select(*[comment_revision.c[name] for name in Revision._fields]).where(
        comment_revision.c.comment_id == bindparam("i"),
        comment_revision.c.revision == bindparam("n"),
    )
)
_ADD = Prepared(insert(comment_revision))
_ADD_BANDS = Insertion(band, ("band", "comment_id", "revision", "fingerprint"))


def add(db: Connection, row: Revision, *, fingerprint: int, bands: Sequence[int]) -> None:
    """Store a revision with its fingerprint and the bands it is looked up by."""
    _ADD.change(db, row._asdict())
    if bands:
        key = (row.comment_id, row.revision, fingerprint)
        _ADD_BANDS.add(db, [(each, *key) for each in bands])


def get(db: Connection, comment_id: int, number: int) -> Revision | None:
    """One revision of a comment."""
    row = _ONE.first(db, {"i": comment_id, "n": number})
    return None if row is None else Revision(*row)
