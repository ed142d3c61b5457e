"""How good a ranking is, as trec_eval counts it."""

from collections.abc import Callable, Mapping, Sequence
from math import log2

Ranking = Sequence[str]
Answers = Mapping[str, int]
Measure = Callable[[Ranking, Answers], float]


def ndcg(ranking: Ranking, answers: Answers, *, depth: int = 10) -> float:
    """Say how much of the best possible gain the first `depth` have, discounted by log2(rank + 1).

    Jarvelin and Kekalainen, ACM TOIS 20(4), 2002, with linear gain, as trec_eval's ndcg_cut.
    """
    best = _gained(sorted(answers.values(), reverse=True)[:depth])
    return _gained([answers.get(each, 0) for each in ranking[:depth]]) / best if best else 0.0


def recall(ranking: Ranking, answers: Answers, *, depth: int = 100) -> float:
    """Say which share of the answers the first `depth` have."""
    right = {each for each, gain in answers.items() if gain > 0}
    return len(right.intersection(ranking[:depth])) / len(right) if right else 0.0


def reciprocal_rank(ranking: Ranking, answers: Answers, *, depth: int = 10) -> float:
    """Say 1 divided by the rank of the first answer; 0 where the first `depth` have none."""
    ranks = (rank for rank, each in enumerate(ranking[:depth], 1) if answers.get(each, 0) > 0)
    return 1 / next(ranks, float("inf"))


def mean(measure: Measure, run: Mapping[str, Ranking], answers: Mapping[str, Answers]) -> float:
    """Average over the queries that have an answer. Raises ValueError where none has."""
    judged = [query for query, right in answers.items() if any(right.values())]
    if not judged:
        raise ValueError("no query has an answer, so there is nothing to measure")
    return sum(measure(run.get(query, ()), answers[query]) for query in judged) / len(judged)


def _gained(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))
