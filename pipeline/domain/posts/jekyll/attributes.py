"""Attribute lists: kramdown's marks for what stands before them, which no reader sees.

Rule: https://kramdown.gettalong.org/syntax.html, "Attribute List Definitions". The anchor that one
gives a heading is written as the heading's own, `{#anchor}`, which is read later.
"""

import re

_BELOW_HEADING = re.compile(
    r"^(\#{1,6}[ \t][^\n]*)\n\{:(?=[ \t])[^#}\n]{0,200}\#([\w-]+)[^}\n]{0,200}\}[ \t]*$",
    re.MULTILINE,
)
_ALONE = re.compile(r"^[ \t>]*\{:[^}\n]*\}[ \t]*$", re.MULTILINE)
_BEHIND = re.compile(r"(?<=[)\]*_`])\{:[^{}\n]*\}")


def without_attributes(text: str) -> str:
    """The text without kramdown's attribute lists."""
    if "{:" not in text:
        return text
    named = _BELOW_HEADING.sub(r"\1 {#\2}", text)
    return _BEHIND.sub("", _ALONE.sub("", named))
