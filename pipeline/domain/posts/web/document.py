"""A web page's head and its structured data (JSON-LD), as plain values."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.domain.posts.problem import PostError

_ARTICLES = frozenset(
    {"Article", "BlogPosting", "NewsArticle", "TechArticle", "LiveBlogPosting", "Report"}
    | {"ScholarlyArticle", "SocialMediaPosting", "OpinionNewsArticle", "ReviewNewsArticle"}
)
_LISTS = frozenset({"CollectionPage", "Blog", "ItemList", "SearchResultsPage", "ProfilePage"})
_DEPTH = 6
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Elements without an end tag, and those that close themselves (HTML, "Optional tags").
_VOID = "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
_OPTIONAL = (
    "html|head|body|li|dt|dd|p|rt|rp|optgroup|option|colgroup|caption|thead|tbody|tfoot|tr|td|th|a"
)
_UNCLOSED = frozenset(f"{_VOID}|{_OPTIONAL}".split("|"))
_NESTED = 2000


class Document:
    """A parsed page. `url` is where it was found: its links are relative to it.

    Raises PostError for one whose elements are nested beyond what the parser can bear.
    """

    def __init__(self, text: str, url: str) -> None:
        _check_depth(text)
        self.tree = LexborHTMLParser(text)
        self.url = url
        self._meta: dict[str, list[str]] = {}
        for node in self.tree.css("meta[content]"):
            given = node.attributes
            name = given.get("property") or given.get("name") or given.get("itemprop") or ""
            if content := (given.get("content") or "").strip():
                self._meta.setdefault(name.lower(), []).append(content)
        things = list(self._linked_data())
        self.article: dict[str, Any] = next((t for t in things if types(t) & _ARTICLES), {})
        self.is_list = not self.article and any(types(t) & _LISTS for t in things)

    def meta(self, *names: str) -> str | None:
        """The first content among meta elements of these names."""
        return next((found[0] for name in names if (found := self._meta.get(name))), None)

    def metas(self, name: str) -> list[str]:
        """Every content of the meta elements of a name."""
        return self._meta.get(name, [])

    def text_of(self, selector: str) -> str | None:
        """The text of the first element that has any."""
        for node in self.tree.css(selector):
            if text := " ".join(node.text().split()):
                return text
        return None

    def attribute(self, selector: str, name: str) -> str | None:
        """An attribute of the first element that has it."""
        for node in self.tree.css(selector):
            if value := (node.attributes.get(name) or "").strip():
                return value
        return None

    @property
    def canonical(self) -> str | None:
        """Where the page says it belongs, as a whole URL."""
        href = self.attribute('link[rel~="canonical"]', "href")
        return None if href is None else resolved(self.url, href)

    def _linked_data(self) -> Iterator[dict[str, Any]]:
        for node in self.tree.css('script[type="application/ld+json"]'):
            try:
                yield from _things(json.loads(node.text()), _DEPTH)
            except (ValueError, RecursionError):
                continue  # a theme's slip: the page itself is still readable


def _check_depth(text: str) -> None:
    """The parser's time grows with the square of the depth: 40,000 take 9 s, and 2,000 nothing."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2].lower() not in _UNCLOSED:
            depth += -1 if tag[1] else 1
            if depth > _NESTED:
                raise PostError(None, f"its elements are nested more than {_NESTED:,} deep")


def types(thing: dict[str, Any]) -> set[str]:
    """What a thing of JSON-LD says it is."""
    given = thing.get("@type")
    many = given if isinstance(given, list) else [given]
    return {str(each).rpartition("/")[2] for each in many}


def resolved(base: str, href: str) -> str | None:
    """A link as a whole URL; None for one that can't be read."""
    try:
        return urljoin(base, href)
    except ValueError:
        return None


def plain_text(html: str) -> str | None:
    """A scrap of HTML, a title say, as one line of text; None for none."""
    _check_depth(html)
    body = LexborHTMLParser(html).body
    return None if body is None else " ".join(body.text().split()) or None


def path_key(url: str) -> str:
    """A URL's path, the same however a host shortens it: /a/index.html, /a.html and /a are /a."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = parts.path.removesuffix("index.html").removesuffix(".html").rstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def _things(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth and isinstance(value, list):
        for each in value:
            yield from _things(each, depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity"):
            yield from _things(value.get(name), depth - 1)
