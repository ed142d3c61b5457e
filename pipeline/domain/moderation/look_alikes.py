"""What is asked of Unicode's confusables.txt, in small: the library's own table weighs 7 MB."""

from functools import cache
from string import ascii_letters
from typing import Any, NamedTuple

from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.utils import load


class LookAlikes(NamedTuple):
    """Single characters beyond ASCII that are drawn like letters."""

    letters: dict[str, str]
    """Those that are called like one ASCII letter, with that letter."""
    latin: frozenset[str]
    """Those of another alphabet that are called like some Latin letter."""


@cache
def look_alikes() -> LookAlikes:
    """The tables, read once. The source is let go: hence not `confusables.is_confusable`."""
    letters, latin = _read()
    return LookAlikes({pair[0]: pair[1:] for pair in letters.split()}, frozenset(latin))


def _read() -> tuple[str, str]:
    """Characters with their letters, a blank between; and the foreign ones.

    As whole strings: thousands of small ones, kept from among the source's, would hold its memory.
    """
    pairs, latin = [], []
    for character, likes in load("confusables.json").items():
        if len(character) > 1 or character.isascii():
            continue
        letter = next((like["c"] for like in likes if like["c"] in ascii_letters), None)
        if letter is not None:
            pairs.append(character + letter)
        if _is_foreign(character, likes):
            latin.append(character)
    return " ".join(pairs), "".join(latin)


def _is_foreign(character: str, likes: list[dict[str, Any]]) -> bool:
    if alias(character) == "LATIN":
        return False
    return any(alias(glyph) == "LATIN" for like in likes for glyph in like["c"])
