"""Languages: what a text is found by. Pure; the engines and the builder of documents share it."""

from pipeline.domain.language.detection import detect
from pipeline.domain.language.joining import TWO_PARTS, joined
from pipeline.domain.language.known import STEMMERS, UNKNOWN, language_code
from pipeline.domain.language.matching import MINIMUM_SHOULD_MATCH, required
from pipeline.domain.language.stems import VERSION, stems, stop_words
from pipeline.domain.language.words import Token, fold, is_spaceless, tokens

__all__ = [
    "MINIMUM_SHOULD_MATCH",
    "STEMMERS",
    "TWO_PARTS",
    "UNKNOWN",
    "VERSION",
    "Token",
    "detect",
    "fold",
    "is_spaceless",
    "joined",
    "language_code",
    "required",
    "stems",
    "stop_words",
    "tokens",
]
