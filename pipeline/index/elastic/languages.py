"""How words of each language are analysed: Lucene's filters under Elasticsearch's stock names.

Stemmers come before folding, which they know nothing of; the light ones fold accents themselves.
"""

from collections.abc import Mapping
from typing import Any

UNKNOWN = "und"
"""The language of what none of the table's analysers is for: words are lowercased and folded."""

_ITALIAN_ARTICLES = [
    *("c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl", "degl"),
    *("negl", "sugl", "un", "m", "t", "s", "v", "d"),
]
_FRENCH_ARTICLES = [
    "l",
    "m",
    "t",
    "qu",
    "n",
    "s",
    "j",
    "d",
    "c",
    "jusqu",
    "quoiqu",
    "lorsqu",
    "puisqu",
]
_CATALAN_ARTICLES = ["d", "l", "m", "n", "s", "t"]


def _stem(language: str) -> dict[str, Any]:
    return {"type": "stemmer", "language": language}


def _elide(articles: list[str]) -> dict[str, Any]:
    return {"type": "elision", "articles": articles, "articles_case": True}


Filter = str | Mapping[str, Any]

_CJK: list[Filter] = ["cjk_width", "lowercase", "cjk_bigram"]

FILTERS: dict[str, list[Filter]] = {
    "ar": ["lowercase", "decimal_digit", "arabic_normalization", _stem("arabic")],
    "ca": [_elide(_CATALAN_ARTICLES), "lowercase", _stem("catalan"), "asciifolding"],
    "cs": ["lowercase", _stem("czech"), "asciifolding"],
    "da": ["lowercase", _stem("danish"), "asciifolding"],
    "de": ["lowercase", "german_normalization", _stem("light_german"), "asciifolding"],
    "el": [{"type": "lowercase", "language": "greek"}, _stem("greek")],
    "en": ["lowercase", "asciifolding", _stem("possessive_english"), _stem("porter2")],
    "es": ["lowercase", _stem("light_spanish"), "asciifolding"],
    "fi": ["lowercase", _stem("light_finnish"), "asciifolding"],
    "fr": [_elide(_FRENCH_ARTICLES), "lowercase", _stem("french"), "asciifolding"],
    "hu": ["lowercase", _stem("light_hungarian"), "asciifolding"],
    "it": [_elide(_ITALIAN_ARTICLES), "lowercase", _stem("light_italian"), "asciifolding"],
    "ja": _CJK,
    "ko": _CJK,
    "nl": ["lowercase", _stem("dutch"), "asciifolding"],
    "no": ["lowercase", _stem("norwegian"), "asciifolding"],
    "pt": ["lowercase", _stem("light_portuguese"), "asciifolding"],
    "ro": ["lowercase", _stem("romanian"), "asciifolding"],
    "ru": ["lowercase", _stem("light_russian")],
    "sv": ["lowercase", _stem("swedish"), "asciifolding"],
    "th": ["lowercase", "decimal_digit"],
    "tr": [
        "apostrophe",
        {"type": "lowercase", "language": "turkish"},
        _stem("turkish"),
        "asciifolding",
    ],
    "zh": _CJK,
    UNKNOWN: ["lowercase", "asciifolding"],
}
"""Token filters of each language, by ISO 639-1."""

TOKENIZERS = {"th": "thai"}
"""Tokenizers other than the standard one (UAX 29), which takes a Thai sentence for a word."""

_SAME = {"nb": "no", "nn": "no"}


def analysed_as(language: str) -> str:
    """The language of the table a text is analysed as; UNKNOWN where the table has none for it."""
    own = _SAME.get(language, language)
    return own if own in FILTERS else UNKNOWN
