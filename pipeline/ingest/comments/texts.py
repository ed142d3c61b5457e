"""Comments with the text of their newest revision, as whoever moderates reads them."""

from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.errors import NotFoundError
from pipeline.store import comments, revisions
from pipeline.store.comments import Comment


class Read(NamedTuple):
    """A comment, and its newest text in Markdown."""

    comment: Comment
    text: str


def with_text(db: Connection, row: Comment) -> Read:
    """The comment with its newest text; empty where that was erased."""
    revision = revisions.get(db, row.id, row.revision)
    return Read(row, revision.text if revision else "")


def read(db: Connection, comment_id: int) -> Read:
    """The comment with this id. Raises NotFoundError."""
    row = comments.get(db, comment_id)
    if row is None:
        raise NotFoundError(f"there is no comment {comment_id}")
    return with_text(db, row)
