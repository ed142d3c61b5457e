"""Shortcodes: Hugo's own marks in a text, which only Hugo can fill in.

Rule: https://gohugo.io/content-management/shortcodes/. The text between a pair is the author's and
stays; of a mark that stands alone, what a reader would see of it stays: captions and the like.
"""

import re

# Arguments may hold anything in quotes; 2,000 characters of them bound what a lone {{< costs.
_MARK = re.compile(
    r"""\{\{(?:<(?P<text>(?:"[^"]*"|`[^`]*`|[^"`>]){0,2000})>
        |%(?P<markdown>(?:"[^"]*"|`[^`]*`|[^"`%]){0,2000})%)\}\}""",
    re.VERBOSE,
)
_COMMENTED = re.compile(r"\{\{([<%])/\*(.{0,2000}?)\*/([>%])\}\}", re.DOTALL)
_SEEN = re.compile(r"""\b(?:caption|title|alt|attr|summary)\s*=\s*(?:"([^"]*)"|`([^`]*)`)""")


def without_shortcodes(text: str) -> str:
    """The text a reader would see, as far as one can tell without Hugo.

    A mark in a comment, {{</* x */>}}, is meant to be shown, and is.
    """
    if "{{" not in text:
        return text
    shown: list[str] = []

    def keep(found: re.Match[str]) -> str:
        shown.append(f"{{{{{found[1]}{found[2]}{found[3]}}}}}")
        return f"\x00{len(shown) - 1}\x00"

    text = _COMMENTED.sub(keep, text.replace("\x00", ""))
    text = _MARK.sub(_visible, text)
    return re.sub(r"\x00(\d+)\x00", lambda at: shown[int(at[1])], text)


def _visible(mark: re.Match[str]) -> str:
    arguments = mark["text"] or mark["markdown"] or ""
    return " ".join(text or code for text, code in _SEEN.findall(arguments))
