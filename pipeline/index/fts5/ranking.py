"""Which posts match, and how well: BM25 over what words weigh."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest
from itertools import chain
from typing import Any, TypeVar

from pipeline.domain.language import required
from pipeline.index.fts5.asking import Sequence, Unit, Way
from pipeline.index.fts5.postings import Postings
from pipeline.index.fts5.weighing import Weights

K1 = 1.5
"""How soon more occurrences count no more. BM25's usual range is 1.2 to 2."""
_SLACK = 1e-5
"""Scores nearer than that may be equal when they are rounded."""

T = TypeVar("T")


class Scored:
    """One unit's part: the posts it found, the score it gives each, and its weight (idf)."""

    def __init__(self, found: Mapping[int, float], idf: float) -> None:
        self.posts = array("I", found)
        self.scores = array("d", found.values())
        self.idf = idf

    def __len__(self) -> int:
        return len(self.posts)


class Ranking:
    """Scores the posts of one snapshot."""

    def __init__(self, weights: Weights, postings: Postings) -> None:
        self._weights, self._postings = weights, postings
        self.snapshot, self.idf = weights.snapshot, weights.idf

    def unit(self, unit: Unit) -> Scored:
        """Score one unit: all its forms are one word."""
        return self._weights.kept.get(unit, lambda: self._scored(unit))

    def phrase(self, sequence: Sequence) -> Scored:
        """Score the words of a phrase, as one word."""
        return self.unit(Unit((), sequence))

    def _scored(self, unit: Unit) -> Scored:
        found: dict[int, float] = {}
        for word, part in unit.words:
            self._weights.add(self._postings.of_word(word), part, found)
        if unit.sequence:
            self._weights.add(self._postings.of_sequence(unit.sequence), 1.0, found)
        most = self.idf(len(found)) * (K1 + 1)
        scores = [most * weight / (K1 + weight) for weight in found.values()]
        scored = dict(zip(found, scores, strict=True))
        for way in unit.ways:
            for post, score in self._by_way(way).items():
                scored[post] = max(score, scored.get(post, 0.0))
        return Scored(scored, self.idf(len(scored)))

    def _by_way(self, way: Way) -> dict[int, float]:
        """The posts with all the units, which count together what one does."""
        scored = [self.unit(unit) for unit in way.units]
        part = way.part / len(scored)
        total = summed(scored, matching(scored, len(scored)))
        return {post: part * score for post, score in total.items()}


def summed(parts: Iterable[Scored], posts: Iterable[int]) -> dict[int, float]:
    """The sum of the parts' scores of each of the posts."""
    total = dict.fromkeys(posts, 0.0)
    for part in parts:
        for post, score in zip(part.posts, part.scores, strict=True):
            if post in total:
                total[post] += score
    return total


def highest(scores: Mapping[T, float], most: int, place: Callable[[T], Any]) -> list[T]:
    """The first so many in the order of `place`, which is that of the scores, then by another thing.

    Only the best are placed: a comparison of places costs more than one of scores.
    """
    last = min(nlargest(most, scores.values()), default=0.0) - _SLACK
    return sorted((each for each, score in scores.items() if score >= last), key=place)[:most]


def matching(scored: list[Scored], least: int) -> set[int]:
    """The posts that at least so many units found."""
    if least <= 1:
        return set().union(*(each.posts for each in scored))
    if least == len(scored):
        fewest, *others = sorted(scored, key=len)
        return set(fewest.posts).intersection(*(each.posts for each in others))
    times = Counter(chain.from_iterable(each.posts for each in scored))
    return {post for post, found in times.items() if found >= least}


def strictly(scored: list[Scored], phrases: list[Scored]) -> set[int]:
    """The posts with every phrase, and as many of the words as a post must have."""
    return _with_phrases(matching(scored, required(len(scored))) if scored else None, phrases)


def loosely(scored: list[Scored], phrases: list[Scored]) -> set[int]:
    """The posts with every phrase and one of the words."""
    return _with_phrases(matching(scored, 1) if scored else None, phrases)


def _with_phrases(found: set[int] | None, phrases: list[Scored]) -> set[int]:
    if found is None:
        found = set(phrases[0].posts) if phrases else set()
    return found.intersection(*(phrase.posts for phrase in phrases))
