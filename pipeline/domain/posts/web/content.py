"""The part of a page that is the post, and the dates that are the post's own."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from pipeline.domain.posts.web.document import Document, path_key, resolved

# Marked by whoever wrote the theme (microformats2, schema.org, Pagefind), then by HTML's meaning.
_MARKED = ("[data-pagefind-body]", ".h-entry .e-content", '[itemprop~="articleBody"]')
_NEVER = "script, style, template, noscript, nav, aside, footer, form, button, iframe, [hidden], "
_NEVER += '[aria-hidden="true"], [data-pagefind-ignore]'
_ROWS = frozenset({"li", "tr", "dt", "dd", "a"})


def main_of(document: Document) -> LexborNode | None:
    """The element that holds the post: what is marked so, the one article, main, else the body."""
    tree = document.tree
    for selector in _MARKED:
        if len(found := tree.css(selector)) == 1:
            return found[0]
    articles = list(top_articles(document))
    if len(articles) == 1:
        return articles[0]
    return tree.css_first('main, [role="main"]') or tree.body


def top_articles(document: Document) -> Iterator[LexborNode]:
    """The articles that lie in no other article."""
    for node in document.tree.css("article"):
        if not any(parent.tag == "article" for parent in _above(node)):
            yield node


def html_of(main: LexborNode) -> str:
    """The element's HTML, without what surrounds a text. Changes the tree: call it last."""
    unwanted = _NEVER + ", header" if main.tag == "body" else _NEVER
    for node in main.css(unwanted):
        # An element in one that went is gone too, and a page within a hidden page is no page.
        if node.mem_id != main.mem_id and node.parent is not None:
            node.decompose()
    return (main.html or "").strip()


def times_of(main: LexborNode, document: Document) -> Iterator[str]:
    """The moments in the post's own <time>s, and not in a list of other posts."""
    for node in main.css("time[datetime]"):
        if not _lists_others(node, main, document) and (at := node.attributes.get("datetime")):
            yield at


def _lists_others(node: LexborNode, main: LexborNode, document: Document) -> bool:
    """Whether a time stands in a row or a link that leads to another page."""
    row = next((each for each in _above(node, main) if each.tag in _ROWS), None)
    if row is None:
        return False
    here = path_key(document.url)
    links = [row] if row.tag == "a" else row.css("a[href]")
    for link in links:
        rel = (link.attributes.get("rel") or "").split()
        target = resolved(document.url, link.attributes.get("href") or "")
        if target and path_key(target) != here and not {"tag", "author"} & set(rel):
            return True
    return False


def _above(node: LexborNode, end: LexborNode | None = None) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and (end is None or parent.mem_id != end.mem_id):
        yield parent
        parent = parent.parent
