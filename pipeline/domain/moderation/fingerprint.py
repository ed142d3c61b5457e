"""A fingerprint by which nearly equal texts are found with an index.

Simhash (Charikar 2002, "Similarity estimation techniques from rounding algorithms"); the bands
after Manku, Jain and Das Sarma 2007, "Detecting near-duplicates for web crawling".
"""

import re
import struct
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

from pipeline.domain.moderation.text import skeleton

BITS = 64
BANDS = 4
_BAND_BITS = BITS // BANDS
_WHOLE = (1 << BITS) - 1
# One counter per bit, side by side in one integer: 32 bits hold any count a text can reach.
_LANE = 32
_LANES = struct.Struct(f"<{BITS}I")
_SPREAD = [sum((byte >> bit & 1) << bit * _LANE for bit in range(8)) for byte in range(256)]
_DIGITS = re.compile(r"\d+")
# Han, Kana, Thai and Lao write without spaces: two characters stand for a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]{2,}")


def fingerprint(plain: str) -> int:
    """A simhash of the text's words as they look, in -2**63..2**63-1 (fits BIGINT).

    Case, punctuation, look-alike letters, invisible characters and numbers make no difference,
    nor does the order of the words. A text without words is like none but itself.
    """
    features = _features(plain)
    counts = 0
    for feature, times in Counter(features).items():
        counts += _spread(feature) * times
    bits, half = 0, len(features) // 2
    for place, count in enumerate(_LANES.unpack(counts.to_bytes(_LANES.size, "little"))):
        if count > half:
            bits |= 1 << place
    return bits - (1 << BITS) if bits >> BITS - 1 else bits


def bands(value: int) -> tuple[int, ...]:
    """4 keys of 16 bits with their position, 0..2**18-1.

    Texts at a distance of 3 or less share at least one: 3 changed bits can't reach 4 bands.
    """
    unsigned = value & _WHOLE
    mask = (1 << _BAND_BITS) - 1
    return tuple(
        place << _BAND_BITS | unsigned >> place * _BAND_BITS & mask for place in range(BANDS)
    )


def distance(a: int, b: int) -> int:
    """How many of the 64 bits differ: 0 for the same words, about 32 for unrelated texts."""
    return ((a ^ b) & _WHOLE).bit_count()


def _features(plain: str) -> list[str]:
    words = _DIGITS.sub("0", skeleton(plain)).split()
    if not words:
        return ["".join(plain.split())]
    return [part for word in words for part in _parts(word)]


def _parts(word: str) -> list[str]:
    if word.isascii() or not _UNSPACED.search(word):
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)]


@lru_cache(maxsize=4096)  # most words of a comment are the words of every comment
def _spread(feature: str) -> int:
    """The word's 64-bit hash, a counter's lane apart from bit to bit."""
    # Not a secret: only spread evenly, and the same on every machine and in every run.
    digest = blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=BITS // 8).digest()
    return sum(_SPREAD[byte] << place * 8 * _LANE for place, byte in enumerate(digest))
