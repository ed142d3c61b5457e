"""The entries of a feed: RSS and Atom (feedparser), JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin

import feedparser
import msgspec

from pipeline.domain.posts.moments import moment
from pipeline.domain.posts.post import post_id
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import distinct, line, people, shortened
from pipeline.domain.posts.web.document import plain_text

_SUMMARY_LIMIT = 10_000
_TITLE_LIMIT = 200


class Feed(NamedTuple):
    """Fields of a Post for each entry, and where the feed broke off, if it did."""

    entries: Sequence[Mapping[str, Any]]
    problem: PostError | None


def feed_of(body: bytes, content_type: str | None, url: str) -> Feed:
    """A feed's entries. `url` is where it came from. Raises PostError for what is no feed."""
    if body[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _json_feed(body, url)
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    problem = _problem(found)
    if not found.get("version"):
        raise problem or PostError(None, "it is neither RSS nor Atom nor a JSON Feed")
    language = found.feed.get("language")
    # Where the text breaks off, feedparser leaves an entry with nothing in it.
    entries = [_xml_entry(each, language, url) for each in found.entries if each]
    return Feed(entries, problem)


def _problem(found: Any) -> PostError | None:
    """What is wrong with the XML. Of what feedparser complains of, only this loses entries."""
    error = found.get("bozo_exception")
    if not hasattr(error, "getLineNumber"):
        return None
    return PostError(error.getLineNumber(), f"the XML can't be read: {error.getMessage()}")


def _xml_entry(entry: Any, language: object, feed_url: str) -> dict[str, Any]:
    content = next(iter(entry.get("content") or ()), entry.get("summary_detail") or {})
    url = line(entry.get("link")) or line(entry.get("id"))
    body = content.get("value") or ""
    summary = _text(entry.get("summary_detail")) if entry.get("content") else None
    # feedparser's own look-up warns, and gives the one for the other.
    updated_at = dict.get(entry, "updated")
    published, updated = _moment(entry.get("published"), updated_at), _moment(updated_at)
    return {
        "id": post_id(line(entry.get("id")) or url or feed_url),
        "url": urljoin(feed_url, url) if url else None,
        "title": _title(_text(entry.get("title_detail")), body),
        "body": body,
        "format": "html",
        "published_at": published,
        "updated_at": updated if published and updated and updated > published else None,
        "tags": distinct(t for each in entry.get("tags") or () if (t := line(each.get("term")))),
        "language": line(content.get("language")) or line(language),
        "author": people([dict(each) for each in entry.get("authors") or ()], entry.get("author")),
        "summary": shortened(summary, _SUMMARY_LIMIT) if summary else None,
    }


def _text(detail: Any) -> str | None:
    """A text construct as one line: feedparser says whether it is HTML."""
    if not detail:
        return None
    value = detail.get("value")
    is_plain = detail.get("type") == "text/plain"
    return line(value) if is_plain or not isinstance(value, str) else plain_text(value)


def _title(said: str | None, body: str) -> str | None:
    """The title; that of a note without one is how it begins."""
    text = said or plain_text(body)
    return shortened(text, _TITLE_LIMIT if not said else 1000) if text else None


def _moment(*texts: object) -> datetime | None:
    for text in texts:
        try:
            return moment(text, UTC)
        except ValueError:
            continue
    return None


class _Author(msgspec.Struct):
    name: str | None = None


class _Entry(msgspec.Struct):
    id: str | int | float
    url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    tags: list[str] = []
    authors: list[_Author] = []
    author: _Author | None = None
    language: str | None = None


class _JsonFeed(msgspec.Struct):
    version: str
    items: list[msgspec.Raw]
    language: str | None = None
    authors: list[_Author] = []


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        found = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=_JsonFeed)
    except (msgspec.DecodeError, RecursionError) as error:
        raise PostError(None, f"it is no JSON Feed: {error}") from error
    if "jsonfeed.org/version/" not in found.version:
        raise PostError(None, "it is JSON, but no JSON Feed")
    entries, problem = [], None
    for place, raw in enumerate(found.items, start=1):
        try:
            entry = msgspec.json.decode(raw, type=_Entry)
        except (msgspec.DecodeError, RecursionError) as error:
            problem = PostError(None, f"item {place}: {error}")
            continue
        entries.append(_json_entry(entry, found, url))
    return Feed(entries, problem)


def _json_entry(entry: _Entry, feed: _JsonFeed, feed_url: str) -> dict[str, Any]:
    url = entry.url or (entry.id if isinstance(entry.id, str) else None)
    published = _moment(entry.date_published, entry.date_modified)
    updated = _moment(entry.date_modified)
    html = entry.content_html or ""
    return {
        "id": post_id(str(entry.id)),
        "url": urljoin(feed_url, url) if url else None,
        "title": _title(line(entry.title), html or entry.content_text or ""),
        "body": html or entry.content_text or "",
        "format": "html" if html else "markdown",
        "published_at": published,
        "updated_at": updated if published and updated and updated > published else None,
        "tags": distinct(tag for each in entry.tags if (tag := line(each))),
        "language": entry.language or feed.language,
        "author": people(_names(entry.authors), _names([entry.author]), _names(feed.authors)),
        "summary": shortened(entry.summary, _SUMMARY_LIMIT) if entry.summary else None,
    }


def _names(authors: Iterable[_Author | None]) -> list[str]:
    return [each.name for each in authors if each and each.name]
