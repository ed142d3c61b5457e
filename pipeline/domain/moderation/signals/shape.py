"""Signals that look at how a comment is written, not at what it says."""

import re

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.signal import MISS, Finding, Rule, hit
from pipeline.domain.moderation.text import COMBINING

_SAMPLE = 2_000  # characters that show how a text is written
_FEW_LETTERS = 15
_LOUD_SHARE = 0.7
# Lines, columns and dots are drawn with the rest.
_RUN = re.compile(r"([^\s\d_.,;:()\[\]{}<>/\\=+~`'\"|-])\1{5,}")
_LONG_RUN = 12
_MARKS = re.compile(f"[{COMBINING}]{{3,}}")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55]")
_MANY_EMOJI = 5
_BBCODE = re.compile(
    r"\[(url|link|img|email)\b[=\]]|\[/?(?:b|i|u|color|size|quote)[=\]]", re.IGNORECASE
)
_ANCHOR = re.compile(r"<a\s+href\s*=", re.IGNORECASE)
_ODD = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{6}|asdf|sdfg|dfgh|fghj|ghjk|hjkl|qwer|wert[yz]|zxcv|xcvb|cvbn|vbnm"
    r"|poiu|lkjh|\w{41}"
)
_HELD_DOWN = re.compile(r"(.)\1{2,}")
_SHORTEST_ODD = 5
_MOST_LONG = 400
_LONGEST_WORD = 40
_SHORTEST, _LONGEST = 2, 8_000


def shouting(case: Case) -> Finding:
    """Mostly capitals."""
    sample = case.prose[:_SAMPLE]
    upper = sum(map(str.isupper, sample))
    if upper < _LOUD_SHARE * _FEW_LETTERS:
        return MISS
    cased = upper + sum(map(str.islower, sample))
    if cased < _FEW_LETTERS or upper < _LOUD_SHARE * cased:
        return MISS
    return hit(upper / cased, f"{upper} of {cased} letters are capitals")


def repeated_characters(case: Case) -> Finding:
    """Letters or marks held down, or diacritics piled up."""
    runs = [found[0] for found in _RUN.finditer(case.prose[:_SAMPLE])]
    piles = 0 if case.prose.isascii() else len(_MARKS.findall(case.facts.plain))
    if not runs and not piles:
        return MISS
    longest = max(map(len, runs), default=0)
    evidence = [f"{run[0]} x {len(run)}" for run in runs]
    if piles:
        evidence.append(f"{piles} piles of diacritics")
    return hit(1.0 if piles or longest >= _LONG_RUN or len(runs) > 1 else 0.5, *evidence)


def emoji_flood(case: Case) -> Finding:
    """More pictures than words."""
    if case.facts.plain.isascii():
        return MISS
    count = len(_EMOJI.findall(case.facts.plain))
    if count < _MANY_EMOJI or count < len(case.tokens):
        return MISS
    return hit(count / (4 * _MANY_EMOJI), f"{count} emoji, {len(case.tokens)} words")


def bbcode(case: Case) -> Finding:
    """The markup of forums: a program posts the same text to every kind of form."""
    found = _BBCODE.search(case.facts.text)
    if found:
        return hit(1.0 if found[1] else 0.4, found[0])
    anchor = _ANCHOR.search(case.facts.text)
    return hit(0.6, anchor[0]) if anchor else MISS


def gibberish(case: Case) -> Finding:
    """Random letters. Only where they are half of the longer words: code is full of odd ones."""
    long = [word for word in case.tokens if len(word) >= _SHORTEST_ODD and word.isascii()]
    del long[_MOST_LONG:]
    odd = [word for word in long if _is_odd(word)] if _ODD.search(" ".join(long)) else []
    if not odd or 2 * len(odd) < len(long):
        return MISS
    return hit(len(odd) / len(long), *odd)


def text_length(case: Case) -> Finding:
    """Too short to say anything, or long enough to bury something."""
    length = len("".join(case.facts.plain.split()))
    if _SHORTEST < length < _LONGEST:
        return MISS
    return hit(0.5 if length else 1.0, f"{length} characters")


def _is_odd(word: str) -> bool:
    if len(word) > _LONGEST_WORD:
        return not _HELD_DOWN.search(word)
    spoken = _HELD_DOWN.sub(r"\1", word)  # "yessssss" is said, not hammered
    return bool(_ODD.search(spoken))


SHAPE = (
    Rule("shouting", 1, 0.12, "it shouts", shouting),
    Rule("repeated_characters", 1, 0.12, "it repeats characters", repeated_characters),
    Rule("emoji_flood", 1, 0.15, "it is mostly emoji", emoji_flood),
    Rule("bbcode", 1, 0.55, "it is marked up for another kind of site", bbcode),
    Rule("gibberish", 1, 0.35, "it is random letters", gibberish),
    Rule("text_length", 1, 0.3, "its length is out of the ordinary", text_length),
)
