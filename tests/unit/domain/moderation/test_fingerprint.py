"""Fingerprints of texts that are nearly the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.moderation import bands, distance, fingerprint

TEXT = (
    "We offer the best search engine optimisation for small companies. Write to us today and your "
    "page will stand at the top of every result within a week, or you will get your money back. "
    "Ten thousand owners trust us already, and their shops have doubled what they sell since then. "
    "Ask for our list of prices, it is free and binds you to nothing whatsoever, dear friend."
)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        TEXT.replace(" ", "\n"),
        TEXT.replace(",", " -"),
        TEXT.replace("e", "\u0435"),
        TEXT.replace("th", "t\u200bh"),
    ],
)
def test_a_copy_in_disguise_has_the_same_fingerprint(copy: str) -> None:
    assert fingerprint(copy) == fingerprint(TEXT)


def test_another_number_makes_no_difference() -> None:
    assert fingerprint("call 555 1234 now") == fingerprint("call 555 9876 now")


def test_a_copy_with_a_word_changed_stays_near_and_shares_a_band() -> None:
    near = fingerprint(TEXT.replace("dear friend", "dear reader"))

    assert distance(near, fingerprint(TEXT)) <= 3
    assert set(bands(near)) & set(bands(fingerprint(TEXT)))


def test_unrelated_texts_are_far_apart() -> None:
    other = "I had the same problem last winter, and the second of your steps solved it."

    assert distance(fingerprint(TEXT), fingerprint(other)) > 12


@pytest.mark.parametrize(
    ("one", "other"), [("👍", "👎"), ("!!!", "???"), ("漢字です", "今日は晴れ")]
)
def test_texts_without_words_or_spaces_are_told_apart(one: str, other: str) -> None:
    assert distance(fingerprint(one), fingerprint(other)) > 3


@given(st.text() | st.text("\ud800ab "))
def test_a_fingerprint_fits_a_bigint_and_never_changes(text: str) -> None:
    value = fingerprint(text)

    assert -(2**63) <= value < 2**63
    assert value == fingerprint(text)
    assert [band >> 16 for band in bands(value)] == [0, 1, 2, 3]


@given(st.integers(-(2**63), 2**63 - 1), st.sets(st.integers(0, 63), max_size=3))
def test_three_changed_bits_always_leave_a_band_in_common(value: int, places: set[int]) -> None:
    flipped = value
    for place in places:
        flipped ^= -(1 << 63) if place == 63 else 1 << place

    assert distance(value, flipped) == len(places)
    assert set(bands(value)) & set(bands(flipped))


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    assert fingerprint("the same on every machine") == 7799836637907361912
