"""Stems and stop words by language: Snowball's algorithms and lists.

PyStemmer is imported here and nowhere else.
"""

import threading
from functools import lru_cache
from importlib.resources import files

import Stemmer

from pipeline.domain.language.known import STEMMERS
from pipeline.domain.language.words import fold, is_spaceless

VERSION = f"snowball-{Stemmer.version()}"
"""Other algorithms, other stems: what was indexed with another version is indexed anew."""

_mine = threading.local()
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def stems(word: str, language: str) -> frozenset[str]:
    """What the word has in common with its other forms; empty where the language has no stemmer.

    Up to three: of the word as it is written, without its accents (readers leave them out, and a
    rule that wants one misses then), and a German one with its umlauts written out. Two words
    are forms of each other where they share one.
    """
    algorithm = STEMMERS.get(language)
    if algorithm is None or is_spaceless(word):
        return frozenset()
    return _stems(word.lower(), algorithm)


@lru_cache(maxsize=8192)
def _stems(word: str, algorithm: str) -> frozenset[str]:
    stem = _stemmer(algorithm).stemWord
    if word.isascii():
        return frozenset((stem(word),))
    found = {fold(stem(word)), fold(stem(fold(word)))}
    if algorithm == "german":
        found.add(stem(fold(word.translate(_UMLAUTS))))
    return frozenset(found)


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """This thread's own: one must not be used by two at a time."""
    kept: dict[str, Stemmer.Stemmer] = _mine.__dict__
    if algorithm not in kept:
        kept[algorithm] = Stemmer.Stemmer(algorithm, 0)
    return kept[algorithm]


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Words too common to ask for, folded; empty where there is no list for the language."""
    source = files(__package__).joinpath("stopwords", f"{language}.txt")
    if not (language.isalpha() and source.is_file()):
        return frozenset()
    lines = source.read_text(encoding="utf-8").splitlines()
    said = (line.partition("|")[0].partition("#")[0] for line in lines)
    return frozenset(fold(word).replace("'", "") for line in said for word in line.split())
