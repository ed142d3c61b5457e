# ruff: noqa: S101 - tests assert
import random
from math import log2

import pytest

from bench.corpora import misspelt
from bench.relevance import mean, ndcg, recall, reciprocal_rank

ANSWERS = {"a": 3, "b": 1, "c": 0, "d": 2}


def test_ndcg_by_hand() -> None:
    gained = 1 / log2(2) + 0 / log2(3) + 3 / log2(4)
    best = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)

    assert ndcg(["b", "c", "a"], ANSWERS) == pytest.approx(gained / best)
    assert ndcg(["a", "d", "b"], ANSWERS) == 1
    assert ndcg(["x"], ANSWERS) == 0
    assert ndcg(["x"] * 10 + ["a"], ANSWERS) == 0


def test_recall_counts_what_has_a_gain() -> None:
    assert recall(["a", "c", "x"], ANSWERS) == pytest.approx(1 / 3)
    assert recall(["a"], {"c": 0}) == 0


def test_a_reciprocal_rank_is_of_the_first_answer() -> None:
    assert reciprocal_rank(["c", "x", "b", "a"], ANSWERS) == pytest.approx(1 / 3)
    assert reciprocal_rank(["c", "x"], ANSWERS) == 0


def test_a_query_nobody_answered_counts_as_nothing_found() -> None:
    assert mean(recall, {"q": ["a"]}, {"q": {"a": 1}, "r": {"b": 1}, "unjudged": {"c": 0}}) == 0.5
    with pytest.raises(ValueError, match="nothing to measure"):
        mean(recall, {}, {"q": {"a": 0}})


def test_a_typo_changes_one_word_and_keeps_its_first_letter() -> None:
    chance = random.Random(1)  # noqa: S311 - the same typos every time
    for _ in range(50):
        words = misspelt("the borrow checker", chance).split()
        assert words[0] == "the"
        assert (words[1][0], words[2][0]) in {("b", "c"), ("o", "c"), ("b", "h")}
