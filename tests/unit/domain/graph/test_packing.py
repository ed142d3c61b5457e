"""Ordinals as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.graph.packing import pack, pack_set, unpack, unpack_set

ORDINALS = st.integers(0, 2**32 - 1)


@given(st.lists(ORDINALS))
def test_a_list_comes_back_in_its_order(ordinals: list[int]) -> None:
    assert unpack(pack(ordinals)) == tuple(ordinals)


def test_a_list_is_little_endian_with_four_bytes_each() -> None:
    assert pack([1, 2**32 - 1]) == b"\x01\0\0\0\xff\xff\xff\xff"


def test_an_ordinal_past_32_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        pack([2**32])


@given(st.sets(ORDINALS))
def test_a_set_comes_back(members: set[int]) -> None:
    assert set(unpack_set(pack_set(members))) == members


def test_nothing_is_the_empty_list_and_set() -> None:
    assert unpack(None) == ()
    assert not unpack_set(None)
