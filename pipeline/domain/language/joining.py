"""Words of two parts, "e-mail", "node.js", "type-safe", as the one word that others write."""

import re
from collections.abc import Iterator

from pipeline.domain.language.words import Token, tokens

LONGEST = 30
"""Characters of both parts; what is longer is a sentence without spaces."""

# Exactly two parts, of letters alone: 1.0 is not 10; rock-paper-scissors and addresses are no words.
TWO_PARTS = re.compile(
    r"(?<![\w.@/\u2010\u2011-])([^\W\d_]+)[-.\u2010\u2011]([^\W\d_]+)(?![\w@\u2010\u2011-]|\.\w)"
)


def joined(text: str) -> Iterator[Token]:
    """Each word of two parts in a text as one word, where both stand."""
    for found in TWO_PARTS.finditer(text):
        if len(found[0]) <= LONGEST:
            for token in tokens(found[1] + found[2]):
                yield Token(token.text, *found.span())
