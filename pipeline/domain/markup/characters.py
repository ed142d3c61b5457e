"""Which characters may stand in what a stranger sends."""

import re
import unicodedata

from pipeline.domain.markup.limits import LIMITS
from pipeline.errors import InvalidEventError

# Controls, byte order marks and interlinear annotation show nothing. The bidirectional embeddings,
# overrides and isolates reorder what stands around them (Trojan Source, CVE-2021-42574); the plain
# direction marks U+200E and U+200F, which right-to-left writers need, stay.
_UNPRINTABLE = re.compile(
    "[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)

# Shown as nothing or as a blank, though their category is letter, mark or symbol
# (Unicode property Default_Ignorable_Code_Point, and the blank Braille pattern).
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATION_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_MARK_RUN = re.compile(rf"[^\w\x00-\u02ff]{{{LIMITS.marks + 1},}}")


def require_characters(value: str, what: str) -> None:
    """Raise InvalidEventError where `value` holds NUL or half a surrogate pair.

    Neither can be stored as text: PostgreSQL has no NUL in it, UTF-8 no surrogates.
    """
    if "\0" in value:
        raise InvalidEventError(
            f"{what} has a NUL character at {value.index(chr(0))}: send it without"
        )
    try:
        value.encode()
    except UnicodeEncodeError as error:
        found = f"U+{ord(value[error.start]):04X}"
        raise InvalidEventError(
            f"{what} has half a surrogate pair, {found}, at {error.start}: send whole characters",
        ) from error


def normalise(text: str) -> str:
    """`text` in Unicode form NFC, without unprintable characters and without towers of marks.

    This comes before any cleaning of HTML, and is no compatibility form (NFKC): that would make `<`
    of full-width chevrons, after cleaning a way to smuggle tags (CVE-2024-34078).
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _shorten_marks(_UNPRINTABLE.sub("", text)))


def visible(text: str) -> str:
    """`text` on one line, of characters that can be seen: for names, in NFC.

    Format characters (bidirectional controls, zero-width joiners and spaces, tags) go; line ends
    and other white space become single spaces.
    """
    spaced = " ".join(text.split())
    shown = "".join(char for char in spaced if is_visible(char))
    return " ".join(normalise(_VARIATION_SELECTORS.sub("", shown)).split())


def is_visible(char: str) -> bool:
    """Whether `char` shows, or is a space: no control, format, private-use or blank character."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Co"} and char not in _BLANKS


def _shorten_marks(text: str) -> str:
    # The pattern finds what may be a run of marks in one pass; only such runs are looked at singly.
    return text if text.isascii() else _MARK_RUN.sub(_shorten_run, text)


def _shorten_run(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= LIMITS.marks:
            kept.append(char)
    return "".join(kept)
