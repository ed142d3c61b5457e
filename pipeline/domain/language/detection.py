"""Which language a text is in, where its site doesn't say. CLD3 is imported here alone, when asked.

CLD3 (Google's Compact Language Detector 3) is a small neural net over character n-grams: 2 MB of
memory, a tenth of a millisecond for a post.
"""

import threading

from pipeline.domain.language.known import UNKNOWN, language_code

VERSION = "cld3-3"
LONGEST = 2000
"""Characters that are looked at: a post's beginning tells its language."""
SHORTEST = 10
"""Letters below which a guess is a guess."""

_gate = threading.Lock()


def detect(text: str) -> str:
    """The ISO 639-1 code of the language, or `UNKNOWN` where it can't be told with confidence."""
    text = text[:LONGEST]
    if sum(map(str.isalpha, text)) < SHORTEST:
        return UNKNOWN
    import gcld3  # noqa: PLC0415 - a process that indexes nothing need not carry it

    with _gate:  # a detector keeps state while it looks
        detector = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * LONGEST)
        found = detector.FindLanguage(text)
    return language_code(found.language) if found.is_reliable else UNKNOWN
