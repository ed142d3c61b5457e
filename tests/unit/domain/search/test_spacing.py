"""Neighbours as one word: which, and where they are left alone."""

import pytest

from pipeline.domain.search import Word
from pipeline.domain.search.spacing import as_one, halves
from pipeline.domain.search.synonyms import Slot, Synonyms


def slots(text: str, *, rules: tuple[str, ...] = ()) -> tuple[Slot, ...]:
    return Synonyms(rules).slots([Word(word) for word in text.split()])


def others(found: tuple[Slot, ...]) -> list[list[str]]:
    return [[" ".join(run) for run in slot.others] for slot in found]


def test_each_of_two_neighbours_is_found_by_what_they_make() -> None:
    found = as_one(slots("fast Web socket"), frozenset)
    assert others(found) == [["fastweb"], ["fastweb", "websocket"], ["websocket"]]


def test_what_no_post_has_is_left_out() -> None:
    found = as_one(slots("fast web socket"), lambda words: {"websocket"} & {*words})
    assert others(found) == [[], ["websocket"], ["websocket"]]


@pytest.mark.parametrize("text", ["web", "web 2", "node.js now", "a b c d e"])
def test_one_word_signs_and_long_queries_stay_as_they_are(text: str) -> None:
    assert as_one(slots(text), frozenset) == slots(text)


def test_a_word_with_synonyms_stays_as_it_is() -> None:
    ruled = slots("web js", rules=("js, javascript",))
    assert as_one(ruled, frozenset) == ruled


def test_a_word_that_is_still_being_typed_stays_as_it_is() -> None:
    typing = Synonyms().slots([Word("web"), Word("sock", prefix=True)])
    assert as_one(typing, frozenset) == typing


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        ("websocket", [("web", "socket"), ("webs", "ocket"), ("webso", "cket"), ("websoc", "ket")]),
        ("socks", []),
        ("utf8utf8", []),
        ("a" * 31, []),
    ],
)
def test_a_long_word_of_letters_may_be_two(word: str, cuts: list[tuple[str, str]]) -> None:
    assert halves(word) == cuts
