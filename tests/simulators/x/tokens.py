"""Pagination tokens: a position, enciphered for one list, as X's look: 16 characters of base32hex.

Eight bytes are 13 characters and three of padding, for which X writes Z. The plain text is 40 bits
of position, one of direction and 23 zeros: a token of another list, or one made up, deciphers to
zeros there once in eight million.
"""

import base64
import binascii
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

LENGTH = 16
_ROUNDS = 4
_HALF = 32
_MASK = (1 << _HALF) - 1
_CHECK_BITS = 23


class Cursor(NamedTuple):
    """Where a page begins: below a position, or, `newer`, above it."""

    position: int
    newer: bool


def token_of(cursor: Cursor, *, secret: str) -> str:
    """A cursor's token. The secret is the list's: a token is good for that list alone."""
    plain = (cursor.position << 1 | cursor.newer) << _CHECK_BITS
    left, right = plain >> _HALF, plain & _MASK
    for number in range(_ROUNDS):
        left, right = right, left ^ _round(secret, number, right)
    block = (left << _HALF | right).to_bytes(8, "big")
    return base64.b32hexencode(block).decode().replace("=", "Z")


def cursor_of(token: str, *, secret: str) -> Cursor | None:
    """What a token stands for; None for one that this list never gave."""
    try:
        block = base64.b32hexdecode(token.replace("Z", "="))
    except (binascii.Error, ValueError):
        return None
    left, right = int.from_bytes(block[:4], "big"), int.from_bytes(block[4:], "big")
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _round(secret, number, left), left
    plain = left << _HALF | right
    if len(block) != 8 or plain & ((1 << _CHECK_BITS) - 1):
        return None
    return Cursor(plain >> (_CHECK_BITS + 1), bool(plain >> _CHECK_BITS & 1))


@lru_cache(maxsize=4096)
def _key(secret: str) -> bytes:
    return blake2b(secret.encode(), digest_size=32).digest()


def _round(secret: str, number: int, half: int) -> int:
    text = bytes([number]) + half.to_bytes(4, "big")
    return int.from_bytes(blake2b(text, key=_key(secret), digest_size=4).digest(), "big")
