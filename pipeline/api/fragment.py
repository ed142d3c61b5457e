"""Threads as HTML: lists in lists, microformats (h-entry, h-cite), a form that needs no script."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from pipeline.api.pages import STYLE, fill
from pipeline.api.tree import Node, Slice
from pipeline.domain.public import Text, decode
from pipeline.store.comment_tables import Seen

DEEPEST = 8
"""Lists in lists. What is deeper stands in the last one, in order, with a link to its parent.

Browsers cut trees off at 512 elements, and nobody can read them long before that.
"""


class Item(NamedTuple):
    """A comment as the template has it; `lead` ends and begins lists before it.

    Of a removed one `text` is None.
    """

    lead: Markup
    id: int
    text: Text | None
    html: Markup
    answers: int | None


class FormFields(NamedTuple):
    """What a form carries along. `shown_at` is milliseconds since 1970."""

    page: str
    page_url: str
    reply: str | None
    shown_at: int


def render_list(page: str, site: str, count: int, part: Slice) -> bytes:
    """The comments; `render_form` ends what it begins."""
    address = "/api/comments?" + urlencode({"page": page, "site": site})
    last = _level(part.nodes[-1]) if part.nodes else -1
    html = fill(
        "thread.html",
        style=Markup(STYLE),  # noqa: S704 - our own constant
        count=count,
        items=_items(part.nodes),
        address=address,
        tail=Markup("</li>\n</ol>") * (last + 1),
        next=None if part.next is None else str(part.next),
    )
    return html.encode()


def render_form(fields: FormFields) -> bytes:
    """The form, and the end of the section."""
    return fill("form.html", **fields._asdict()).encode()


def _items(nodes: Sequence[Node]) -> list[Item]:
    items = []
    before = -1
    for node in nodes:
        level = _level(node)
        items.append(_item(node, _LEADS[level - before]))
        before = level
    return items


def _level(node: Node) -> int:
    return min(node[0], DEEPEST - 1)


def _item(node: Node, lead: Markup) -> Item:
    depth, parent, (id_, _, seen, public) = node
    text = decode(public) if seen == Seen.TEXT else None
    return Item(
        lead=lead,
        id=id_,
        text=text,
        # Cleaned when it was stored: pipeline.domain.markup.
        html=Markup(text.html if text else ""),  # noqa: S704 - see above
        answers=parent if depth >= DEEPEST else None,
    )


def _lead(step: int) -> Markup:
    if step > 0:
        return Markup("<ol>\n")
    return Markup("</li>\n") + Markup("</ol>\n</li>\n") * -step


_LEADS = {step: _lead(step) for step in range(-DEEPEST, 2)}
