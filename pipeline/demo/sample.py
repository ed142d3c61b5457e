"""The comments the demo sends: real texts with a label, and invented names (see SOURCE.md)."""

import csv
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

from pipeline.cli.events.messages import Message
from pipeline.domain import events


class Row(NamedTuple):
    """One comment of the sample. `at` is RFC 3339, `parent` the id of the row it answers."""

    id: str
    page: str
    at: str
    name: str
    parent: str | None
    is_spam: bool
    text: str


def read_sample() -> list[Row]:
    """The rows of comments.csv, oldest first; a reply comes after its parent."""
    text = (files(__package__) / "comments.csv").read_text("utf-8")
    return [_row(fields) for fields in csv.DictReader(text.splitlines(keepends=True))]


def pages(rows: Sequence[Row]) -> list[str]:
    """Every page once, the one with the most comments first."""
    found = [row.page for row in rows]
    return sorted(set(found), key=lambda page: (-found.count(page), page))


def message(row: Row, address: str) -> Message:
    """The row as the `comment.posted` event a blog would send; `address` is the web process's."""
    data: dict[str, Any] = {
        "id": row.id,
        "page": row.page,
        "page_url": thread_address(address, row.page),
        "author": {"name": row.name},
        "text": row.text,
        "at": row.at,
    }
    if row.parent is not None:
        data["parent"] = row.parent
    body = msgspec.json.encode({"type": events.COMMENT_POSTED, "timestamp": row.at, "data": data})
    return Message(place=f"comments.csv: {row.id}", id=f"demo_{row.id}", body=body)


def thread_address(address: str, page: str) -> str:
    """Where a page's thread is. There is no blog here: the thread stands for its page."""
    return f"{address}/api/comments?page={page}"


def _row(fields: dict[str, str]) -> Row:
    return Row(
        id=fields["id"],
        page=fields["page"],
        at=fields["at"],
        name=fields["name"],
        parent=fields["parent"] or None,
        is_spam=fields["spam"] == "1",
        text=fields["text"],
    )
