"""A built web page as a post."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.domain.origins import origin_of
from pipeline.domain.posts.moments import date_in_path, moment
from pipeline.domain.posts.post import Post, post_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import distinct, line, lines, people, shortened
from pipeline.domain.posts.web.content import html_of, main_of, times_of, top_articles
from pipeline.domain.posts.web.document import Document, path_key

_PUBLISHED = (
    *("article:published_time", "datepublished", "date", "dc.date", "dcterms.created"),
    *("dc.date.issued", "publish_date", "citation_publication_date"),
)
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified")
_SUMMARY_LIMIT = 10_000


class Listed(NamedTuple):
    """What is known of a page before it is read. `at` is the sitemap's lastmod."""

    id: str
    url: str
    at: datetime | None = None


def read_webpage(text: str, listed: Listed) -> Post | str:
    """The post of a page, or why it is none. Raises PostError or InvalidEventError.

    Times without a zone are UTC.
    """
    document = Document(text, listed.url)
    if reason := _withheld(document):
        return reason
    main = main_of(document)
    if main is None:
        return "an empty page"
    times = list(times_of(main, document))
    declared = _is_declared(document)
    if not declared and (reason := _no_post(document, times)):
        return reason
    published = _published(document, times) or listed.at
    if published is None:
        raise PostError(None, "it says it is an article, but not when it was published")
    updated = _first_moment((*_metas(document, _UPDATED), *_linked(document, "dateModified")))
    updated = updated or _first_moment(_marked(document, "dateModified", "dt-updated"))
    # The page's own word counts for how its address is written: with or without .html, say.
    url = _own_canonical(document) or listed.url
    return post_of(
        {
            "id": listed.id,
            "url": url,
            "title": shortened(_title(document), 1000),
            "tags": _tags(document),
            "section": _section(document, url),
            "language": line(document.attribute("html", "lang")),
            "author": _author(document),
            "summary": _summary(document),
            "format": "html",
            "published_at": published,
            "updated_at": updated if updated and updated > published else None,
            "body": html_of(main),
        }
    )


def _withheld(document: Document) -> str | None:
    robots = ",".join((*document.metas("robots"), *document.metas("googlebot"))).lower()
    if {"noindex", "none"} & {word.strip() for word in robots.split(",")}:
        return "noindex"
    if document.tree.css_first('meta[http-equiv="refresh" i]') is not None:
        return "a redirection"
    canonical = _own_canonical(document)
    if canonical and path_key(canonical) != path_key(document.url):
        return "it belongs to another page (its canonical address)"
    return None


def _own_canonical(document: Document) -> str | None:
    """The canonical address on this site; that of a text first published elsewhere is not ours."""
    canonical = document.canonical
    same = canonical and origin_of(canonical) == origin_of(document.url)
    return canonical.partition("#")[0] if canonical and same else None


def _is_declared(document: Document) -> bool:
    """Whether a page says itself that it is one article."""
    if document.article or document.meta("og:type") == "article":
        return True
    return len(document.tree.css(':is([itemtype$="/BlogPosting"], [itemtype$="/Article"])')) == 1


def _no_post(document: Document, times: list[str]) -> str | None:
    """Why a page that does not say what it is, is no post; None if it looks like one."""
    if document.is_list or not path_key(document.url).strip("/"):
        return "a list"
    if len(list(top_articles(document))) > 1:
        return "a list"
    return None if _published(document, times) else "a page without a date"


def _published(document: Document, times: Iterable[str]) -> datetime | None:
    said = (*_metas(document, _PUBLISHED), *_linked(document, "datePublished"))
    found = _first_moment((*said, *_marked(document, "datePublished", "dt-published"), *times))
    return found or date_in_path(urlsplit(document.url).path, UTC)


def _metas(document: Document, names: Iterable[str]) -> list[str]:
    return [text for name in names for text in document.metas(name)[:1]]


def _linked(document: Document, name: str) -> list[str]:
    value = document.article.get(name)
    return [value] if isinstance(value, str) else []


def _marked(document: Document, itemprop: str, microformat: str) -> list[str]:
    found = document.attribute(f'time[itemprop~="{itemprop}"], time.{microformat}', "datetime")
    return [found] if found else []


def _first_moment(texts: Iterable[str]) -> datetime | None:
    """The first that is a date: a theme's slip in one place is no reason to leave the post out."""
    for text in texts:
        try:
            return moment(text, UTC)
        except ValueError:
            continue
    return None


def _title(document: Document) -> str:
    said = line(document.article.get("headline")) or document.meta("og:title")
    return said or document.text_of("h1") or document.text_of("title") or document.url


def _tags(document: Document) -> tuple[str, ...]:
    """From the first place that names any: the theme's marks, or the head's keywords."""
    keywords = document.article.get("keywords")
    said = lines(keywords) if isinstance(keywords, list) else _split(line(keywords))
    marked = [
        " ".join(node.text().split()) for node in document.tree.css('a[rel~="tag"], .p-category')
    ]
    places = (document.metas("article:tag"), marked, said, _split(document.meta("keywords")))
    return distinct(next((found for place in places if (found := lines(place))), []))


def _split(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def _section(document: Document, url: str) -> str | None:
    folders = [part for part in urlsplit(url).path.split("/")[:-1] if part]
    named = document.meta("article:section") or (folders[0] if folders[1:] else None)
    return shortened(named, 200) if named else None


def _author(document: Document) -> str | None:
    meta = document.meta("author", "article:author")
    named = meta if meta and "://" not in meta else None
    return people(document.article.get("author"), named, document.text_of(".h-entry .p-author"))


def _summary(document: Document) -> str | None:
    said = line(document.meta("description", "og:description"))
    return shortened(said, _SUMMARY_LIMIT) if said else None
