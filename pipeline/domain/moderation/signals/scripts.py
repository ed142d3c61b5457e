"""Signals that look for characters a reader does not see as what they are."""

import re

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.look_alikes import look_alikes
from pipeline.domain.moderation.signal import MISS, Finding, Rule, hit
from pipeline.domain.moderation.text import INVISIBLE

_LATIN = "A-Za-z\u00c0-\u024f"
# Alphabets that share letter shapes with Latin. Japanese and Korean mix scripts as a matter of
# course and look like nothing Latin, so they are not asked about.
_ALIKE = "\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff\u1f00-\u1fff\uab70-\uabbf"
_SEAM = re.compile(f"[{_LATIN}][{_ALIKE}]|[{_ALIKE}][{_LATIN}]")
_EDGE = re.compile(f"[^{_LATIN}{_ALIKE}]")
_MOST_WORDS = 20
# Shorter ones are formulas: a Greek letter before a unit or a variable.
_SHORTEST_WORD = 4

# Between Latin letters only: Persian, Hindi and emoji need joiners to be written at all.
_HIDDEN = re.compile(f"[{_LATIN}][{INVISIBLE}]+(?=[{_LATIN}])")
_OVERRIDE = re.compile("[\u202d\u202e]")
_EMBEDDING = re.compile("[\u202a\u202b\u2066-\u2068]")
_CLOSING = re.compile("[\u202c\u2069]")


def mixed_scripts(case: Case) -> Finding:
    """Words spelled with look-alike letters of another alphabet, such as a Cyrillic "a"."""
    text = case.facts.plain
    if text.isascii():
        return MISS
    words = dict.fromkeys(_word_around(text, seam.start()) for seam in _seams(text))
    found = [word for word in words if len(word) >= _SHORTEST_WORD and _is_masked(word)]
    return hit(0.6 if len(found) == 1 else 1.0, *found) if found else MISS


def zero_width(case: Case) -> Finding:
    """Invisible characters inside words: they break a filter's words and no reader's."""
    if case.facts.plain.isascii():
        return MISS
    found = len(_HIDDEN.findall(case.facts.plain))
    if not found:
        return MISS
    return hit(0.5 if found == 1 else 1.0, f"{found} invisible characters inside words")


def bidi_override(case: Case) -> Finding:
    """Characters that turn the direction of writing round, so that a text reads otherwise.

    Embeddings and isolates are honest in right-to-left text as long as each is closed (UAX #9).
    """
    text = f"{case.facts.name}\n{case.facts.plain}"
    if text.isascii():
        return MISS
    if found := _OVERRIDE.search(text):
        return hit(1.0, text[max(0, found.start() - 20) : found.end() + 20])
    opened, closed = len(_EMBEDDING.findall(text)), len(_CLOSING.findall(text))
    return hit(0.5, f"{opened} direction changes, {closed} ends") if opened > closed else MISS


def _seams(text: str) -> list[re.Match[str]]:
    return [seam for seam, _ in zip(_SEAM.finditer(text), range(_MOST_WORDS), strict=False)]


def _word_around(text: str, place: int) -> str:
    # No word is longer than this; without the bound one endless word would be cut 20 times over.
    start = max(0, place - 30)
    left = _EDGE.split(text[start:place])[-1]
    return left + _EDGE.split(text[place : place + 30])[0]


def _is_masked(word: str) -> bool:
    return not look_alikes().latin.isdisjoint(re.findall(f"[{_ALIKE}]", word))


SCRIPTS = (
    Rule("mixed_scripts", 1, 0.35, "it mixes alphabets within a word", mixed_scripts),
    Rule("zero_width", 1, 0.45, "it hides characters inside words", zero_width),
    Rule("bidi_override", 1, 0.45, "it turns the direction of writing round", bidi_override),
)
