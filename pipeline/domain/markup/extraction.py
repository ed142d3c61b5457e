"""What can be read out of cleaned HTML: its text and its links.

Patterns do, because the cleaner writes canonical HTML: attributes in double quotes, and `<` nowhere
but in tags.
"""

import html as entities
import re

_TAG = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]*_~"


def plain_text(html: str) -> str:
    """The text in `html` with single spaces.

    A tag leaves no space: the parser writes a line end between blocks and at each line break.
    """
    return " ".join(entities.unescape(_TAG.sub("", html)).split())


def find_links(html: str) -> tuple[str, ...]:
    """Every `href` in `html`, then every web address in the text outside links; each once."""
    linked = [entities.unescape(link[1]) for link in _LINK.finditer(html)]
    unlinked = _LINK.sub(" ", html) if linked else html
    return tuple(dict.fromkeys([*linked, *_addresses(unlinked)]))


def _addresses(html: str) -> list[str]:
    # Most comments have none, and looking for two words is quicker than for a pattern.
    if "//" not in html and "www." not in html.lower():
        return []
    return [found[0].rstrip(_TRAILING) for found in _ADDRESS.finditer(plain_text(html))]
