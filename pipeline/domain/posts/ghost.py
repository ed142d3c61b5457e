"""A post of Ghost's as Afterword's. Source: Ghost Content API, "Posts"."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pipeline.domain.posts.post import Post, post_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import shortened
from pipeline.errors import InvalidEventError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class GhostStamp(msgspec.Struct):
    """Which version of a post there is."""

    id: str
    updated_at: str


class _Tag(msgspec.Struct):
    name: str
    visibility: str = "public"


class _Author(msgspec.Struct):
    name: str


class _GhostPost(msgspec.Struct):
    id: str
    url: str
    title: str
    published_at: datetime
    updated_at: datetime | None = None
    html: str | None = None
    custom_excerpt: str | None = None
    tags: list[_Tag] = []
    primary_author: _Author | None = None


def ghost_post(value: Any) -> Post:
    """The post, with the fields and the revision its webhooks give it. Raises PostError.

    The API leaves out what only members may read.
    """
    try:
        post = msgspec.convert(value, _GhostPost)
        at = post.updated_at
        return post_of(
            {
                "id": post.id,
                "url": post.url,
                "title": post.title,
                "body": post.html or "",
                "format": "html",
                "published_at": post.published_at,
                "updated_at": at,
                "revision": None if at is None else (at - _EPOCH) // timedelta(milliseconds=1),
                "tags": tuple(tag.name for tag in post.tags if tag.visibility == "public"),
                "author": shortened(post.primary_author.name, 200) if post.primary_author else None,
                "summary": post.custom_excerpt,
            }
        )
    except (msgspec.ValidationError, TypeError) as error:
        # A TypeError: a time without its zone, from which no other can be taken.
        raise PostError(None, f"Ghost's answer: {error}") from error
    except InvalidEventError as error:
        raise PostError(None, error.problem) from error
