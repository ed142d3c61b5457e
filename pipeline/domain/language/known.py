"""The languages whose words are understood, by ISO 639-1 code, and their Snowball algorithms."""

from types import MappingProxyType

UNKNOWN = "und"
"""ISO 639-2 for a language nobody stated: its words are folded, not stemmed."""

STEMMERS = MappingProxyType({
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
})  # fmt: skip
"""Languages with a stemmer, and its name in Snowball. Others are found word by word."""

_SAME = MappingProxyType({"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi"})
"""Codes of one language: Norway's two, and three that ISO 639 has renamed."""


def language_code(stated: str) -> str:
    """The ISO 639-1 code of what a site states: "en-US", "EN_us" and "en" are "en".

    What is no code of two letters is `UNKNOWN`.
    """
    code = stated.strip().replace("_", "-").partition("-")[0].lower()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):  # noqa: PLR2004 - the 2 of 639-1's alpha-2
        return UNKNOWN
    return _SAME.get(code, code)
