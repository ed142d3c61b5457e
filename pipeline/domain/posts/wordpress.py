"""A post of WordPress's as Afterword's. Source: WordPress REST API, "Posts"."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import msgspec

from pipeline.domain.posts.moments import moment
from pipeline.domain.posts.post import Post, post_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import distinct, line, shortened
from pipeline.domain.posts.web.document import plain_text
from pipeline.errors import InvalidEventError

FIELDS = "id,link,title,content,excerpt,date_gmt,modified_gmt,_links,_embedded"
"""What a post is asked for; WordPress embeds only what the links it gives lead to."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUMMARY_LIMIT = 10_000


class WordPressStamp(msgspec.Struct):
    """Which version of a post there is."""

    id: int
    modified_gmt: str


class _Rendered(msgspec.Struct):
    rendered: str = ""
    protected: bool = False


class _Term(msgspec.Struct):
    name: str = ""
    taxonomy: str = ""
    slug: str = ""


class _Author(msgspec.Struct):
    name: str = ""


class _Embedded(msgspec.Struct):
    author: list[_Author] = []
    terms: list[list[_Term]] = msgspec.field(default_factory=list, name="wp:term")


class _WordPressPost(msgspec.Struct):
    id: int
    link: str
    title: _Rendered
    content: _Rendered
    date_gmt: str
    modified_gmt: str
    excerpt: _Rendered = msgspec.field(default_factory=_Rendered)
    embedded: _Embedded = msgspec.field(default_factory=_Embedded, name="_embedded")


def wordpress_post(value: Any) -> Post | str:
    """The post, or why its readers can't see it. Raises PostError.

    Tags are its tags and categories, its section the first category.
    """
    try:
        post = msgspec.convert(value, _WordPressPost)
        if post.content.protected:
            return "protected by a password"
        return _read(post)
    except msgspec.ValidationError as error:
        raise PostError(None, f"WordPress's answer: {error}") from error
    except InvalidEventError as error:
        raise PostError(None, error.problem) from error
    except ValueError as error:
        raise PostError(None, f"a date: {error}") from error


def _read(post: _WordPressPost) -> Post:
    terms = [term for group in post.embedded.terms for term in group if term.name]
    tags = [unescape(t.name) for t in terms if t.taxonomy == "post_tag"]
    categories = [
        unescape(t.name) for t in terms if t.taxonomy == "category" and t.slug != "uncategorized"
    ]
    authors = [each.name for each in post.embedded.author if each.name]
    modified = moment(post.modified_gmt, UTC)
    summary = plain_text(post.excerpt.rendered)
    return post_of(
        {
            "id": str(post.id),
            "url": post.link,
            "title": plain_text(post.title.rendered) or f"Post {post.id}",
            "body": post.content.rendered,
            "format": "html",
            "published_at": moment(post.date_gmt, UTC),
            "updated_at": modified,
            "revision": max((modified - _EPOCH) // timedelta(milliseconds=1), 0),
            "tags": distinct(name for label in (*tags, *categories) if (name := line(label))),
            "section": shortened(categories[0], 200) if categories else None,
            "author": shortened(authors[0], 200) if authors else None,
            "summary": shortened(summary, _SUMMARY_LIMIT) if summary else None,
        }
    )
