"""Text cut into words, each folded to what it is found by: case, accents and width taken off.

The same for every language: a search must not miss a post because its language was guessed wrong.
Scripts written without spaces are cut into overlapping pairs of characters (bigrams), as Lucene's
CJKBigramFilter does, and each run's last character: so a text of any length finds itself.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 64
"""Characters of a word that are looked at: a longer one is a hash or a link."""


class Token(NamedTuple):
    """A word as it is found by, and where it stands in the text."""

    text: str
    start: int
    end: int


# Thai, Lao; Myanmar; Jamo; Khmer; kana; Han; Hangul; half-width kana; Han's extensions.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
PICTURES = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Signs that belong to the letter before them; `\w` has none of them (Hindi's vowels, for one).
MARKS = (
    "".join(
        chr(code)
        for code in range(0x300, 0x1E00)
        if unicodedata.category(chr(code)) in ("Mn", "Mc")
    )
    + "".join(map(chr, range(0x1AB0, 0x1B00)))
    + "\u200c\u200d\u20d0-\u20ff\u3099\u309a"
)

_LETTER = rf"[^\W_{_SPACELESS}]"
_IN_WORD = rf"[^\W_{_SPACELESS}{MARKS}]|[{MARKS}]"
_TOKEN = re.compile(
    rf"(?P<run>[{_SPACELESS}]+)"
    rf"|(?P<word>{_LETTER}(?:{_IN_WORD})*(?:['\u2019\uff07]{_LETTER}(?:{_IN_WORD})*)*"
    # C++, C#, F#: signs that are part of a name, where no word goes on behind them.
    rf"(?:(?:\+\+|(?<![^\W_][^\W_])[#+])(?!\w))?)"
    rf"|(?P<picture>[{PICTURES}])"
)
_ELISIONS = frozenset((
    *("l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"),
    *("all", "dall", "dell", "nell", "sull", "un", "quest"),
))  # fmt: skip
"""What French and Italian put before an apostrophe: a word of its own, and a stop word."""
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u0640\u064b-\u065f\u0670\u200c\u200d]")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order. Signs between words part them: "zero-cost" is two."""
    for found in _TOKEN.finditer(text):
        raw = found[0]
        if raw.isalnum() and raw.isascii() and len(raw) <= LONGEST_WORD:  # nearly all of them
            yield Token(raw.lower(), *found.span())
        elif found.lastgroup == "run":
            yield from _pairs(found)
        elif found.lastgroup == "word":
            yield _word(found)
        else:
            yield Token(raw, *found.span())


def fold(word: str) -> str:
    """A word as it is found by: "Café" is "cafe", "Straße" is "strasse", wide letters are plain."""
    return word.lower() if word.isascii() else _folded(word)


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))


def _word(found: re.Match[str]) -> Token:
    start, end = found.span()
    raw = found[0][:LONGEST_WORD]
    if "'" in raw or "\u2019" in raw or "\uff07" in raw:
        raw = raw.replace("\u2019", "'").replace("\uff07", "'")
        head, _, rest = raw.partition("'")
        if rest and head.lower() in _ELISIONS and len(rest) > 1:
            start, raw = start + len(head) + 1, rest
        raw = raw.removesuffix("'s").removesuffix("'S").replace("'", "")
    return Token(fold(raw), start, end)


def _pairs(found: re.Match[str]) -> Iterator[Token]:
    run, start = found[0], found.start()
    for at in range(len(run) - 1):
        yield Token(fold(run[at : at + 2]), start + at, start + at + 2)
    yield Token(fold(run[-1]), start + len(run) - 1, start + len(run))


def is_spaceless(token: str) -> bool:
    """Whether a token is a piece of a text without spaces, so no word of its own."""
    return _RUN.match(token) is not None


_RUN = re.compile(f"[{_SPACELESS}]")
