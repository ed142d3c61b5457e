"""A post's Markdown or HTML as the plain text a search looks through, with its headings' anchors."""

import re
import unicodedata
from typing import NamedTuple

import comrak
from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.domain.posts.post import Format

BUILDER = "plain-1"
"""Parser and rules. Changes whenever the same post may come out differently."""

_UNREAD = "script, style, noscript, template, svg, math, iframe, nav, form, button, [hidden]"
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div"),
        *("dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody"),
        *("td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SPACES = re.compile(r"\s+")
# GitHub's rule, which Hugo's, Jekyll's and Eleventy's usual renderers follow: lower case, spaces to
# hyphens, punctuation dropped.
_DROPPED = re.compile(r"[^\w\- ]")


class Section(NamedTuple):
    """A heading, and where in the text its section begins."""

    anchor: str
    heading: str
    at: int


class Plain(NamedTuple):
    """Blocks one per line, single spaces within; headings are lines like any other."""

    text: str
    sections: tuple[Section, ...]


def plain(body: str, form: Format) -> Plain:
    """Read a post's body. Never raises: what is no markup is text."""
    if form == "html":
        return of_html(body)
    return of_html(comrak.render_markdown(body, _EXTENSIONS, _PARSING, _RENDERING))


def of_html(html: str) -> Plain:
    """Read HTML: a fragment or a whole page."""
    root = LexborHTMLParser(html).body
    if root is None:
        return Plain("", ())
    for node in root.css(_UNREAD):
        node.decompose()
    lines = _Lines()
    for node in root.traverse(include_text=True):
        lines.take(node)
    return lines.end()


class _Lines:
    """Collects text line by line; a block element begins a line, and so does what follows it."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: list[str] = []
        self._block = -1
        self._heading: LexborNode | None = None
        self._length = 0
        self._sections: list[Section] = []
        self._slugs: dict[str, int] = {}

    def take(self, node: LexborNode) -> None:
        if node.tag == "br":
            self._open.append(" ")
        if node.tag == "img":
            self._open.append(f" {node.attributes.get('alt') or ''} ")
        if node.tag != "-text":
            return
        block = _block_of(node)
        if block is None or block.mem_id != self._block:
            self._close()
            self._block = -1 if block is None else block.mem_id
            self._heading = block if block is not None and block.tag in _HEADINGS else None
        self._open.append(node.text_content or "")

    def _close(self) -> None:
        line = _SPACES.sub(" ", "".join(self._open)).strip()
        self._open = []
        if not line:
            return
        if self._heading is not None:
            self._sections.append(Section(self._anchor(self._heading, line), line, self._length))
            self._heading = None
        self._lines.append(line)
        self._length += len(line) + 1

    def _anchor(self, node: LexborNode, text: str) -> str:
        given = node.attributes.get("id")
        if given is None:
            inner = node.css_first("[id], a[name]")
            if inner is not None:
                given = inner.attributes.get("id") or inner.attributes.get("name")
        if given:
            return given
        slug = _slug(text)
        seen = self._slugs.get(slug, 0)
        self._slugs[slug] = seen + 1
        return f"{slug}-{seen}" if seen else slug

    def end(self) -> Plain:
        self._close()
        return Plain("\n".join(self._lines), tuple(self._sections))


def _block_of(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag not in _BLOCKS:
        above = above.parent
    return above


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).strip().lower()
    return _DROPPED.sub("", folded).replace(" ", "-")


def _extensions() -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.table = True
    options.strikethrough = True
    options.footnotes = True
    options.autolink = True
    return options


def _rendering() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.unsafe_ = True  # it is read for its text only, and never shown
    return options


_EXTENSIONS = _extensions()
_PARSING = comrak.ParseOptions()
_RENDERING = _rendering()
