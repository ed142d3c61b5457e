"""A Hugo page as a post."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.domain.language import UNKNOWN, language_code
from pipeline.domain.posts.frontmatter import FrontMatter, split
from pipeline.domain.posts.hugo.config import HugoConfig
from pipeline.domain.posts.hugo.permalinks import Address, path_of
from pipeline.domain.posts.hugo.shortcodes import without_shortcodes
from pipeline.domain.posts.hugo.tree import UNREAD, Place, suffix_of
from pipeline.domain.posts.moments import date_in_name, date_in_path, moment
from pipeline.domain.posts.post import Post, post_id, post_of, url_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import decode, distinct, humanised, line, lines, people


def read_page(
    content: bytes, place: Place, config: HugoConfig, base: str, cascade: Mapping[str, Any]
) -> Post | str:
    """The post a file holds, or why Hugo would not publish it. `base` is the site's URL.

    `cascade` is what the sections above hand down.
    Raises PostError with the line, or InvalidEventError for what no post may be.
    """
    if suffix_of(place.file) in UNREAD:
        raise PostError(
            None, "only Markdown and HTML are read: convert it, or use kind = 'eleventy'"
        )
    front = split(decode(content))
    table = {**cascade, **front.table}
    if reason := withheld(table):
        return reason
    date = _moment("date", front, table, place, config)
    path = path_of(_address(front, table, place, date), config)
    published = _moment("publishdate", front, table, place, config) or date
    published = (
        published or date_in_name(place.name, config.zone) or date_in_path(path, config.zone)
    )
    if published is None and not place.sections:
        return "a page without a date"
    if published is None:
        raise PostError(1, "it has no date: give it one, or a name like 2027-01-31-title.md")
    updated = _moment("lastmod", front, table, place, config)
    return post_of(
        {
            "id": post_id(place.id_name(config)),
            "url": url_of(base, path),
            "title": _title(front, table, place),
            "body": without_shortcodes(front.body).strip("\n"),
            "format": "html" if suffix_of(place.file) in {"html", "htm"} else "markdown",
            "published_at": published,
            "updated_at": updated if updated and updated > published else None,
            "tags": _tags(table),
            "section": place.sections[0][:200] if place.sections else None,
            "language": _language(table) or config.code_of(place.language),
            "author": people(*(table.get(name) for name in ("author", "authors"))),
            "summary": line(table.get("summary")) or line(table.get("description")),
            "expires_at": _moment("expirydate", front, table, place, config),
        }
    )


def withheld(table: Mapping[str, Any]) -> str | None:
    """Why a page with this front matter is not published; None if it is."""
    build = table.get("build") or table.get("_build")
    render = build.get("render", "always") if isinstance(build, Mapping) else "always"
    if str(table.get("draft")).lower() == "true":
        return "a draft"
    if table.get("headless") is True or render in ("never", "link", False):
        return "not rendered"
    return None


def _moment(
    key: str, front: FrontMatter, table: Mapping[str, Any], place: Place, config: HugoConfig
) -> datetime | None:
    """The first of the dates that the site's settings name for `key` and the page has."""
    for name in config.dates[key]:
        if name == ":filename":
            found = date_in_name(place.name, config.zone)
        elif (value := table.get(name)) in (None, ""):
            continue
        else:
            try:
                found = moment(value, config.zone)
            except ValueError as error:
                raise PostError(front.line_of(name), f"{name}: {error}") from error
        if found is not None and found.year > 1:  # Go's zero time means: none
            return found
    return None


def _address(
    front: FrontMatter, table: Mapping[str, Any], place: Place, date: datetime | None
) -> Address:
    zola = line(table.get("path"))
    url = line(table.get("url")) or (zola and f"/{zola.strip('/')}/")
    if url and url.lower().startswith(("http://", "https://")):
        raise PostError(front.line_of("url"), f"url: {url} names a host: write the path alone")
    return Address(place, _title(front, table, place), line(table.get("slug")), url, date)


def _title(front: FrontMatter, table: Mapping[str, Any], place: Place) -> str:
    """The title; without one the text's own heading, or the file's name."""
    if title := line(table.get("title")):
        return title
    heading = next((row for row in front.body.splitlines() if row.startswith("# ")), "")
    return line(heading.strip("# ")) or humanised(place.name)


def _language(table: Mapping[str, Any]) -> str | None:
    """What a page says of itself, where its site has all languages in one folder; else None."""
    said = line(table.get("lang"))
    return said if said and language_code(said) != UNKNOWN else None


def _tags(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Tags and categories alike: both are what readers filter by."""
    zola = table.get("taxonomies")
    groups = (table, zola if isinstance(zola, Mapping) else {})
    return distinct(
        label
        for group in groups
        for name in ("tags", "categories")
        for label in lines(group.get(name))
    )
