"""From a post's row to what the index holds for it: a document with its comments, or a tombstone."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from pipeline.domain.markup.extraction import plain_text
from pipeline.domain.public import decode
from pipeline.domain.search import Document, Tombstone
from pipeline.index.engine import Write
from pipeline.store import published
from pipeline.store.posts import PostRow

MOST_COMMENT_TEXT = 200_000
"""Characters of comments that are searched below one post, the oldest first."""

_DOCUMENT = msgspec.json.Decoder(Document)


class Composer:
    """Puts documents together. `searches_comments` says so of a site."""

    def __init__(self, searches_comments: Callable[[str], bool]) -> None:
        self._searches_comments = searches_comments

    def compose(self, db: Connection, rows: Sequence[PostRow]) -> list[Write]:
        """What to write for these posts, in order."""
        pages = {
            (row.site, row.page)
            for row in rows
            if row.visible and row.page is not None and self._searches_comments(row.site)
        }
        below = published.below(db, pages)
        return [_write(row, below) for row in rows]


def _write(row: PostRow, below: Mapping[tuple[str, str], Sequence[str]]) -> Write:
    if not row.visible or row.document is None or row.digest is None:
        return Tombstone(row.key, row.version)
    document = _DOCUMENT.decode(row.document)
    lines = below.get((row.site, row.page or ""), ())
    texts = (plain_text(decode(public).html) for public in lines)
    comments = "\n".join(texts)[:MOST_COMMENT_TEXT]
    digest = row.digest
    if comments:
        digest = hashlib.sha256(digest + comments.encode()).digest()
    return msgspec.structs.replace(
        document, version=row.version, digest=digest.hex(), comments=comments
    )
