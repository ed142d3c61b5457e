"""Ordinals as bytes: lists in rank order as 32-bit little-endian numbers, sets as Roaring bitmaps."""

import sys
from array import array
from collections.abc import Iterable

from pyroaring import BitMap

_CODE = "I" if array("I").itemsize == 4 else "L"  # noqa: PLR2004 - the one of 32 bits here


def pack(ordinals: Iterable[int]) -> bytes:
    """Ordinals in their order, 4 bytes each. Raises OverflowError past 32 bits."""
    return _turned(array(_CODE, ordinals)).tobytes()


def unpack(data: bytes | None) -> tuple[int, ...]:
    """What `pack` packed; nothing for None."""
    numbers = array(_CODE)
    numbers.frombytes(data or b"")
    return tuple(_turned(numbers))


def pack_set(members: Iterable[int]) -> bytes:
    """A set in the portable Roaring format, runs compressed."""
    bitmap = BitMap(members)
    bitmap.run_optimize()
    return bitmap.serialize()


def unpack_set(data: bytes | None) -> BitMap:
    """What `pack_set` packed; the empty set for None."""
    return BitMap() if data is None else BitMap.deserialize(data)


def _turned(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
