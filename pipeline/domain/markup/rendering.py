"""A comment's Markdown as clean HTML, plain text and links."""

import re
from dataclasses import dataclass

import comrak
import nh3

from pipeline.domain.markup.characters import is_visible, normalise, require_characters
from pipeline.domain.markup.extraction import find_links, plain_text
from pipeline.domain.markup.limits import LIMITS
from pipeline.errors import InvalidEventError

RENDERER = "comrak-1"
"""Parser, cleaner and rules. Changes whenever the same text may come out differently."""

_TAGS = {"p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"}
# "*" overrides the cleaner's default, which lets `title` and `lang` stand on every element.
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "*": set[str]()}
_REL = "nofollow ugc noopener noreferrer"
_ACCEPTED = {
    # Absolute with both slashes: `http:path` is relative where the page has the same scheme.
    ("a", "href"): re.compile(r"(?:https?://[^/\\]|mailto:)", re.IGNORECASE),
    # Written by the cleaner itself, which shows its own work to the filter too.
    ("a", "rel"): re.compile(_REL),
    ("ol", "start"): re.compile(r"[0-9]{1,9}\Z"),
}

_NESTING = re.compile(r"<(/?)(?:blockquote|ul|ol|li|em|strong|del|a)[ >]")
_HEADING = re.compile(r"<(/?)h[1-6]>")
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"[^>]*>')


@dataclass(frozen=True, slots=True)
class Rendered:
    """One comment, rendered.

    html: elements p br em strong del code pre blockquote ul ol li a hr; attributes `href` (http,
        https or mailto, absolute) and `rel` of links, `start` of ordered lists
    plain: the text in it with single spaces, for moderation and search
    links: the addresses linked, then those that stand in the text unlinked; each once, in order
    renderer: the `RENDERER` it was made with
    """

    html: str
    plain: str
    links: tuple[str, ...]
    renderer: str


def render(text: str) -> Rendered:
    """Render Markdown: CommonMark with GitHub's autolinks and strikethrough, lines broken as typed.

    HTML is shown as the text it is. Headings become bold paragraphs, images links to them.
    Raises InvalidEventError where the text is longer, deeper or fuller of addresses than `LIMITS`,
    holds NUL or half a surrogate pair, or leaves nothing to see.
    """
    _require_size(text)
    require_characters(text, "text")
    parsed = comrak.render_markdown(normalise(text), _EXTENSIONS, _PARSING, _RENDERING)
    _require_depth(parsed)
    html = _CLEANER.clean(_adapt(parsed)).strip()
    plain = plain_text(html)
    if not any(map(is_visible, plain.replace(" ", ""))):
        raise InvalidEventError("text is empty once rendered: send some words")
    return Rendered(html=html, plain=plain, links=find_links(html), renderer=RENDERER)


def _require_size(text: str) -> None:
    if len(text) > LIMITS.characters:
        raise InvalidEventError(
            f"text has {len(text)} characters, at most {LIMITS.characters} may be: shorten it"
        )
    if text.count("@") > LIMITS.at_signs:
        raise InvalidEventError(f"text has more than {LIMITS.at_signs} signs @: take some out")


def _require_depth(html: str) -> None:
    # Counted on the parser's own tags, since it escapes all others: markers in code or in a line
    # of dashes are no nesting, and only the parser knows. It is linear in depth itself.
    depth = 0
    for tag in _NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > LIMITS.depth:
            raise InvalidEventError(
                f"text nests quotes, lists or emphasis more than {LIMITS.depth} deep: flatten it"
            )


def _adapt(html: str) -> str:
    """The parser's HTML, not yet clean, with headings and images made what a comment may hold."""
    if "<h" in html:
        html = _HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", html)
    if "<img" in html:
        html = _IMAGE.sub(lambda tag: f'<a href="{tag[1]}">{tag[2] or tag[1]}</a>', html)
    return html


def _accepted(tag: str, attribute: str, value: str) -> str | None:
    return value if _ACCEPTED[tag, attribute].match(value) else None


def _extensions() -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.autolink = True
    options.strikethrough = True
    return options


def _parsing() -> comrak.ParseOptions:
    options = comrak.ParseOptions()
    # A line of dashes under a sentence signs off; nobody means a heading by it.
    options.ignore_setext = True
    return options


def _rendering() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.escape = True
    options.hardbreaks = True
    # `[](url)` would be a link that cannot be seen, but is followed by search engines.
    options.ignore_empty_links = True
    return options


_EXTENSIONS = _extensions()
_PARSING = _parsing()
_RENDERING = _rendering()
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_accepted,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=_REL,
)
