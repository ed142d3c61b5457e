"""Two readings of a text: as it was written, and as a reader's eye takes it.

Both are a string of words between single spaces, with a space at either end, so that " casino "
is found as a word by a plain substring search.
"""

import re
import unicodedata
from functools import cache

from pipeline.domain.moderation.look_alikes import look_alikes

# Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point: drawn as nothing.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_WORD = re.compile(r"[^\W_]+")
_ASCII_GAPS = {code: " " for code in range(128) if not chr(code).isalnum()}
# Digit first: a set at the start lets the engine skip from one to the next.
_LEET_PAIR = re.compile(r"[013457@$](?:(?=[^\W\d_])|(?<=[^\W\d_][013457@$]))")
_LEET = str.maketrans("013457@$", "oleastas")
_SPELLED = re.compile(r" \w(?: \w){3,}(?= )")
# i, l and 1 are one stroke in most typefaces; phrases go through the same mapping.
_STROKE = str.maketrans("i", "l")


def surface(text: str) -> str:
    """The words as written, in one case."""
    if text.isascii():  # several times faster than the pattern, and most comments
        words = text.lower().translate(_ASCII_GAPS).split()
    else:
        words = _WORD.findall(text.casefold())
    return f" {' '.join(words)} "


def skeleton(text: str) -> str:
    """The words as they look: compatibility forms, look-alike letters, invisible and combining
    characters, digits for letters and s p a c e d letters undone (after UTS #39, section 4).
    """
    letters = text.lower() if text.isascii() else _plain_letters(text).casefold()
    words = surface(_letters_for_digits(letters))
    return _SPELLED.sub(_join_letters, words).translate(_STROKE)


def is_disguisable(text: str, written: str) -> bool:
    """Whether a text's skeleton can say more than its surface, `written`: seldom in English."""
    return not text.isascii() or bool(_LEET_PAIR.search(text) or _SPELLED.search(written))


def _join_letters(run: re.Match[str]) -> str:
    return f" {run[0].replace(' ', '')}"


def _plain_letters(text: str) -> str:
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    letters = _plain()
    # A table of the text's own characters: a miss would cost translate an exception each time.
    return opened.translate({ord(c): letters.get(c, c) for c in set(opened)})


def _letters_for_digits(text: str) -> str:
    if not _LEET_PAIR.search(text):
        return text
    return " ".join(
        word.translate(_LEET) if _LEET_PAIR.search(word) else word for word in text.split()
    )


@cache
def _plain() -> dict[str, str]:
    """What is drawn as nothing or on another letter, as "", and look-alikes as their letter."""
    ranges = re.findall("(.)(?:-(.))?", INVISIBLE + COMBINING)
    codes = (code for first, last in ranges for code in range(ord(first), ord(last or first) + 1))
    return dict.fromkeys(map(chr, codes), "") | look_alikes().letters
