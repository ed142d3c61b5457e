"""Synonyms as a site writes them down, and what they make of a query."""

import pytest

from pipeline.domain.search import Word
from pipeline.domain.search.synonyms import Slot, Synonyms


def words(text: str) -> tuple[Word, ...]:
    return tuple(map(Word, text.split()))


def test_words_on_one_line_stand_for_each_other() -> None:
    synonyms = Synonyms(["js, JavaScript, ecma script"])

    assert synonyms.slots(words("js")) == (
        Slot(words("js"), (("javascript",), ("ecma", "script"))),
    )
    assert synonyms.slots(words("Javascript"))[0].others == (("js",), ("ecma", "script"))


def test_an_arrow_replaces_the_left_by_the_right() -> None:
    synonyms = Synonyms(["k8s, kube => kubernetes"])

    assert synonyms.slots(words("kube")) == (Slot((), (("kubernetes",),)),)
    assert synonyms.slots(words("kubernetes")) == (Slot(words("kubernetes")),)


def test_an_arrow_keeps_what_stands_on_both_sides() -> None:
    synonyms = Synonyms(["tv => tv, television"])

    assert synonyms.slots(words("tv")) == (Slot(words("tv"), (("television",),)),)


def test_the_longest_run_of_words_goes_first() -> None:
    synonyms = Synonyms(["borrow checker, borrowck", "borrow, lend"])
    found = synonyms.slots(words("the Borrow Checker may borrow"))

    assert found == (
        Slot(words("the")),
        Slot(words("Borrow Checker"), (("borrowck",),)),
        Slot(words("may")),
        Slot(words("borrow"), (("lend",),)),
    )


def test_several_lines_of_one_word_add_up() -> None:
    synonyms = Synonyms(["a, b", "a, c"])

    assert synonyms.slots(words("a"))[0].others == (("b",), ("c",))


def test_case_and_accents_make_no_difference() -> None:
    assert Synonyms(["Café, kaffee"]).slots(words("CAFE"))[0].others == (("kaffee",),)


def test_comments_and_empty_lines_say_nothing_and_a_comma_can_be_escaped() -> None:
    synonyms = Synonyms(["# all of them", "", "a\\,b, c  # why"])

    assert synonyms.problems == []
    assert synonyms.rules == {("a,b",): (("c",),), ("c",): (("a,b",),)}


@pytest.mark.parametrize("line", ["alone", "=> right", "left =>", ", ,"])
def test_a_line_that_is_no_rule_is_left_out_and_reported(line: str) -> None:
    synonyms = Synonyms(["a, b", line])

    assert len(synonyms.rules) == 2
    (problem,) = synonyms.problems
    assert problem.startswith("line 2: ")


def test_without_rules_each_word_stands_for_itself() -> None:
    assert Synonyms().slots(words("one two")) == (Slot(words("one")), Slot(words("two")))
