"""A post's Markdown or HTML as the plain text a search looks through, with its headings' anchors."""

import re
import unicodedata
from typing import NamedTuple

import comrak
from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.domain.posts.post import Format

BUILDER = "plain-2"
"""Parser and rules. Changes whenever the same post may come out differently."""

_UNREAD = "script, style, noscript, template, svg, math, iframe, nav, form, button, [hidden], "
# Marks of footnotes, as comrak, goldmark, kramdown and markdown-it write them: "word1" is no word.
_UNREAD += '.footnote-ref, .footnote-backref, [role="doc-noteref"], [role="doc-backlink"]'
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
# "## Title {#anchor .class}" (goldmark, Zola, kramdown, markdown-it-attrs), at a heading's end.
_ATTRIBUTE = re.compile(r"[#.][^\s{}]|[\w-]+=")
_GIVEN = re.compile(r"(?:^|\s)(?:#|id=[\"']?)([^\s{}\"']+)")


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
        return _read(body, _Lines())
    html = comrak.render_markdown(body, _EXTENSIONS, _PARSING, _RENDERING)
    return _read(html, _Lines(attributes=True))


def _read(html: str, lines: "_Lines") -> Plain:
    root = LexborHTMLParser(html).body
    if root is None:
        return Plain("", ())
    for node in root.css(_UNREAD):
        if node.parent is not None:  # else it went with one around it
            node.decompose()
    for node in root.traverse(include_text=True):
        lines.take(node)
    return lines.end()


class _Lines:
    """Collects text line by line; a block element begins a line, and so does what follows it.

    `attributes`: what stands in braces at the end of a heading names it, and is not shown.
    """

    def __init__(self, *, attributes: bool = False) -> None:
        self._attributes = attributes
        self._lines: list[str] = []
        self._open: list[str] = []
        self._block = -1
        self._heading: LexborNode | None = None
        self._length = 0
        self._sections: list[Section] = []
        self._anchors: set[str] = set()
        self._numbers: dict[str, int] = {}

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
        text = node.text_content or ""
        if self._heading is None or not _is_permalink(node, text):
            self._open.append(text)

    def _close(self) -> None:
        line = _SPACES.sub(" ", "".join(self._open)).strip()
        self._open = []
        heading, self._heading = self._heading, None
        given = None
        if heading is not None and self._attributes and _ends_in_text(heading):
            line, given = _without_attributes(line)
        if not line:
            return
        if heading is not None:
            given = given or _given(heading)
            self._sections.append(Section(given or self._anchor(line), line, self._length))
            self._anchors.add(self._sections[-1].anchor)
        self._lines.append(line)
        self._length += len(line) + 1

    def _anchor(self, text: str) -> str:
        """As goldmark counts them: the first number that is free."""
        slug = _slug(text)
        if not slug or slug not in self._anchors:
            return slug
        number = self._numbers.get(slug, 0) + 1
        while f"{slug}-{number}" in self._anchors:
            number += 1
        self._numbers[slug] = number
        return f"{slug}-{number}"

    def end(self) -> Plain:
        self._close()
        return Plain("\n".join(self._lines), tuple(self._sections))


def _block_of(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag not in _BLOCKS:
        above = above.parent
    return above


def _is_permalink(node: LexborNode, text: str) -> bool:
    """Whether a heading's text is the sign of a link to it: "#", "¶"."""
    above = node.parent
    while above is not None and above.tag not in _HEADINGS:
        if above.tag == "a" and (above.attributes.get("href") or "").startswith("#"):
            return not any(map(str.isalnum, text))
        above = above.parent
    return False


def _ends_in_text(heading: LexborNode) -> bool:
    """Else the braces are code, which is shown."""
    last = heading.last_child
    return last is not None and last.tag == "-text"


def _without_attributes(line: str) -> tuple[str, str | None]:
    """A heading without what stands in braces behind it, and the anchor that is given there."""
    begin = line.rfind("{")
    inside = line[begin + 1 : -1].strip()
    if begin < 0 or not line.endswith("}") or not _ATTRIBUTE.match(inside):
        return line, None
    named = _GIVEN.search(inside)
    return line[:begin].rstrip(), named[1] if named else None


def _given(heading: LexborNode) -> str | None:
    """The anchor that HTML gives a heading."""
    if (own := heading.attributes.get("id")) is not None:
        return own
    inner = heading.css_first("[id], a[name]")
    return None if inner is None else inner.attributes.get("id") or inner.attributes.get("name")


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
