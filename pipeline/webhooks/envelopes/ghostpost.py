"""A Ghost post as Afterword's. Source: Ghost Admin API, "Posts"."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pipeline.webhooks.envelopes.attributes import instant
from pipeline.webhooks.envelopes.jsontext import fields
from pipeline.webhooks.envelopes.types import Incoming

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Ghost's editor puts it where the part for members begins.
_PAYWALL = "<!--members-only-->"


class _Tag(msgspec.Struct):
    name: str
    visibility: str = "public"


class _Author(msgspec.Struct):
    name: str


class _Post(msgspec.Struct):
    id: str
    url: str
    title: str
    published_at: str
    updated_at: str | None = None
    html: str | None = None
    visibility: str = "public"
    custom_excerpt: str | None = None
    tags: list[_Tag] = []
    primary_author: _Author | None = None


class _Gone(msgspec.Struct):
    id: str
    updated_at: str | None = None


def published(current: dict[str, Any]) -> Incoming:
    """`post.published`. Raises InvalidEventError that names the field that is wrong."""
    post = fields(current, _Post, "Ghost post")
    at = instant(post.updated_at, "updated_at")
    data = {
        "id": post.id,
        "url": post.url,
        "title": post.title,
        "body": _public_html(post),
        "format": "html",
        "published_at": post.published_at,
        "updated_at": post.updated_at,
        "revision": _revision(at),
        "tags": [tag.name for tag in post.tags if tag.visibility == "public"],
        "author": post.primary_author.name if post.primary_author else None,
        "summary": post.custom_excerpt,
    }
    return Incoming("post.published", None, at, _encoded(data))


def removed(last_known: dict[str, Any]) -> Incoming:
    """`post.removed`. Raises InvalidEventError that names the field that is wrong."""
    post = fields(last_known, _Gone, "Ghost post")
    at = instant(post.updated_at, "updated_at")
    return Incoming("post.removed", None, at, _encoded({"id": post.id, "revision": _revision(at)}))


def _public_html(post: _Post) -> str:
    """What a visitor may read: Ghost sends the whole text, also of posts for paying members."""
    html = post.html or ""
    if post.visibility == "public":
        return html
    before, marker, _ = html.partition(_PAYWALL)
    return before if marker else ""


def _revision(at: datetime | None) -> int | None:
    """Milliseconds since the epoch: grows with every save, and with the removal."""
    return None if at is None else (at - _EPOCH) // timedelta(milliseconds=1)


def _encoded(data: dict[str, Any]) -> bytes:
    return msgspec.json.encode({name: value for name, value in data.items() if value is not None})
