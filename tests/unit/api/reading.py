"""Hands for tests that read: ask an address, put comments straight into the tables."""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.api.tree import Shown
from pipeline.store import comments, threads
from pipeline.store.comment_tables import Seen
from pipeline.store.comments import Comment
from pipeline.store.database import Database
from pipeline.store.threads import Thread
from tests.support.asgi import Reply, call

PAGE = "/posts/a/"
URL = f"/api/comments?page={PAGE}"
START = datetime(2026, 6, 1, tzinfo=UTC)


def get(app: Any, url: str, method: str = "GET", **headers: str) -> Reply:
    """Ask for an address; `if_none_match="…"` is a header."""
    path, _, query = url.partition("?")
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(app, path, method=method, query=query, headers=given)


def unzipped(reply: Reply) -> bytes:
    """The body without its content encoding."""
    if reply.headers.get(b"content-encoding") == b"gzip":
        return gzip.decompress(reply.body)
    return reply.body


def shown(id_: int, parent: int | None = None, **columns: Any) -> Shown:
    """A comment as readers get it, posted `id_` seconds after the start."""
    row = Shown(
        id=id_,
        parent_id=parent,
        seen=Seen.TEXT,
        name=f"Author {id_}",
        website=None,
        avatar="abcdefghijkl",
        html=f"<p>Text {id_}</p>",
        at=START + timedelta(seconds=id_),
        edited_at=None,
    )
    return row._replace(**columns)


def flatten(comments_: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A decoded tree in reading order."""
    flat = []
    waiting = list(comments_)[::-1]
    while waiting:
        comment = waiting.pop()
        flat.append(comment)
        waiting.extend(comment["replies"][::-1])
    return flat


def put(database: Database, rows: Iterable[Shown], *, page: str = PAGE, version: int = 1) -> None:
    """Store comments as they would stand after moderation, and their page's thread."""
    stored = [_row(each, page) for each in rows]
    count = sum(row.seen == Seen.TEXT for row in stored)
    url = f"https://blog.example{page}"
    with database.write_relaxed() as db:
        for row in stored:
            comments.add(db, row)
        threads.bump(db, Thread("blog", page, url, count, version, START))


def _row(each: Shown, page: str) -> Comment:
    columns = each._asdict()
    own = {name: columns[name] for name in Comment._fields if name in columns}
    return Comment(
        **_SAME,
        **own,
        external_id=f"x{each.id}",
        page=page,
        page_url=f"https://blog.example{page}",
        author_name=each.name,
        author_website=each.website,
        received_at=each.at,
    )


_SAME: dict[str, Any] = {
    "site": "blog",
    "source": "blog",
    "parent_ref": None,
    "author_email": "secret@mail.example",
    "author_key": "k" * 26,
    "ip": "203.0.113.77",
    "user_agent": "Secret/1.0",
    "state": "published",
    "version": 1,
    "revision": 1,
    "shown_revision": 1,
}
