"""Liquid: Jekyll's own marks in a text, which only Jekyll can fill in.

Rule: https://shopify.github.io/liquid/. The text between a pair is the author's and stays, but for
comments; what stands raw is meant to be shown, and is.
"""

import re

# 2,000 characters of a mark bound what a lone {{ costs.
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_MARK = re.compile(r"\{%(?:[^%]|%(?!\})){0,2000}%\}|\{\{[^{}]{0,2000}\}\}")


def without_liquid(text: str) -> str:
    """The text a reader would see, as far as one can tell without Jekyll."""
    if "{%" not in text and "{{" not in text:
        return text
    parts = _RAW.split(text)
    # Every second part is what stood between raw and endraw.
    shown = [
        part if place % 2 else _MARK.sub("", _COMMENT.sub("", part))
        for place, part in enumerate(parts)
    ]
    return "".join(shown)
