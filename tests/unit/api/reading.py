"""Hands for tests that read: ask an address, put comments straight into the tables."""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import UNSET

from pipeline.api.tree import Node, arrange
from pipeline.domain import public
from pipeline.domain.public import Author, Place, Text
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


class Shown(NamedTuple):
    """A comment as readers get it, and when it was posted."""

    id: int
    parent_id: int | None
    seen: int
    public: str
    at: datetime


def shown(id_: int, parent: int | None = None, **said: Any) -> Shown:
    """A published comment, posted `id_` seconds after the start unless `at` is said."""
    at = said.get("at") or START + timedelta(seconds=id_)
    author = Author(
        said.get("name", f"Author {id_}"),
        "/avatars/abcdefghijkl.svg",
        said.get("website", UNSET),
    )
    html = said.get("html", f"<p>Text {id_}</p>")
    text = Text(at, author, html, said.get("edited_at", UNSET))
    return Shown(id_, parent, Seen.TEXT, public.encode(text), at)


def gone(id_: int, parent: int | None = None) -> Shown:
    """The place of a removed comment."""
    at = START + timedelta(seconds=id_)
    return Shown(id_, parent, Seen.PLACE_HOLDER, public.encode(Place(at)), at)


def arranged(rows: Iterable[Shown]) -> list[Node]:
    """A page's tree, from rows in the order in which the store reads them."""
    ordered = sorted(rows, key=lambda row: (row.at, row.id))
    return arrange([(row.id, row.parent_id, row.seen, row.public) for row in ordered])


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
    return Comment(
        **_SAME,
        **each._asdict(),
        external_id=f"x{each.id}",
        page=page,
        page_url=f"https://blog.example{page}",
        received_at=each.at,
    )


_SAME: dict[str, Any] = {
    "site": "blog",
    "source": "blog",
    "parent_ref": None,
    "author_email": "secret@mail.example",
    "author_name": "Somebody",
    "author_website": None,
    "author_key": "k" * 26,
    "avatar": "abcdefghijkl",
    "ip": "203.0.113.77",
    "user_agent": "Secret/1.0",
    "state": "published",
    "version": 1,
    "revision": 1,
    "shown_revision": 1,
    "edited_at": None,
}
