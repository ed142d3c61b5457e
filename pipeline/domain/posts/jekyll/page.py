"""A file of Jekyll's as a post."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pipeline.domain.posts.frontmatter import FrontMatter, split
from pipeline.domain.posts.jekyll.attributes import without_attributes
from pipeline.domain.posts.jekyll.config import JekyllConfig
from pipeline.domain.posts.jekyll.liquid import without_liquid
from pipeline.domain.posts.jekyll.permalinks import Address, path_of
from pipeline.domain.posts.moments import moment
from pipeline.domain.posts.post import Post, post_id, post_of, url_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import decode, distinct, humanised, line, lines, people

_NAME = re.compile(r"(?:(.*)/)?_(posts|drafts)/(?:(.*)/)?([^/]+)\.(\w+)")
_DATED = re.compile(r"(\d{2,4}-\d{1,2}-\d{1,2})-(.+)")
_READ = frozenset({"md", "markdown", "mkd", "mkdn", "mkdown", "html", "htm"})
_UNREAD = frozenset({"textile", "adoc", "asciidoc", "org", "rst"})


class Draft(NamedTuple):
    """What a file's path says. `date` is None for one that lies in _drafts."""

    path: str
    folders: tuple[str, ...]
    """The folders above _posts: each is a category."""
    date: str | None
    slug: str
    suffix: str

    @property
    def id(self) -> str:
        """The path without suffix, and without _posts: what Jekyll's own ids hold too."""
        name = f"{self.date}-{self.slug}" if self.date else self.slug
        return post_id("/".join((*self.folders, name)))


def draft_of(path: str, config: JekyllConfig) -> Draft | None:
    """What a path says, if it is that of a post or a draft.

    A file in _posts without a date in its name is none: Jekyll does not read it either.
    """
    inner = path.removeprefix(f"{config.collections}/") if config.collections else path
    found = _NAME.fullmatch(inner)
    if found is None or (suffix := found[5].lower()) not in _READ | _UNREAD:
        return None
    folders = tuple(part for part in (found[1] or "").split("/") if part)
    dated = _DATED.fullmatch(found[4])
    if found[2] == "drafts":
        return Draft(path, (*folders, "_drafts"), None, found[4], suffix)
    return Draft(path, folders, dated[1], dated[2], suffix) if dated else None


def read_post(content: bytes, draft: Draft, config: JekyllConfig, base: str) -> Post | str:
    """The post a file holds, or why Jekyll would not publish it. `base` is the site's URL.

    Raises PostError with the line, or InvalidEventError for what no post may be.
    """
    if draft.date is None:
        return "a draft"
    if draft.suffix in _UNREAD:
        raise PostError(
            None, "only Markdown and HTML are read: convert it, or use kind = 'eleventy'"
        )
    front = split(decode(content))
    table = {**config.defaults_of(draft.path), **front.table}
    if str(table.get("published")).lower() == "false" or str(table.get("draft")).lower() == "true":
        return "a draft"
    published = _moment("date", front, table, config) or _named(draft.date, config)
    updated = _moment("last_modified_at", front, table, config)
    slug = line(table.get("slug")) or draft.slug
    categories = (*draft.folders, *_labels(table, "category", "categories"))
    pattern = line(table.get("permalink")) or config.permalink
    path = path_of(pattern, Address(slug, categories, published.astimezone(config.zone)))
    return post_of(
        {
            "id": draft.id,
            "url": url_of(base, path),
            "title": line(table.get("title")) or humanised(draft.slug),
            "body": without_attributes(without_liquid(front.body)).strip("\n"),
            "format": "html" if draft.suffix in {"html", "htm"} else "markdown",
            "published_at": published,
            "updated_at": updated,
            "tags": distinct((*_labels(table, "tag", "tags"), *categories)),
            "section": categories[0][:200] if categories else None,
            "language": line(table.get("lang")) or config.language,
            "author": people(table.get("author"), table.get("authors"), config.author),
            "summary": line(table.get("description")) or line(table.get("excerpt")),
        }
    )


def _labels(table: Mapping[str, Any], one: str, many: str) -> list[str]:
    """Jekyll's two ways to say labels; one text for many is split at its spaces."""
    value = table.get(many)
    found = value.split() if isinstance(value, str) else lines(value)
    return [*lines(table.get(one)), *found]


def _moment(
    name: str, front: FrontMatter, table: Mapping[str, Any], config: JekyllConfig
) -> datetime | None:
    value = table.get(name)
    if value in (None, ""):
        return None
    try:
        return moment(value, config.zone)
    except ValueError as error:
        raise PostError(front.line_of(name), f"{name}: {error}") from error


def _named(date: str, config: JekyllConfig) -> datetime:
    year, _, rest = date.partition("-")
    full = f"20{year}" if len(year) == 2 else year  # noqa: PLR2004 - Jekyll takes two digits too
    try:
        return moment(f"{full}-{rest}", config.zone)
    except ValueError as error:
        raise PostError(None, f"the date in its name is none: {date}") from error
