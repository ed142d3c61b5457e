"""Which posts match, and how well: BM25 over what words weigh."""

import math
from array import array
from collections import Counter
from collections.abc import Mapping
from itertools import chain

from pipeline.domain.language import required
from pipeline.index.fts5.asking import Sequence, Unit
from pipeline.index.fts5.postings import Postings
from pipeline.index.fts5.weighing import Weights

K1 = 1.5
"""How soon more occurrences count no more. BM25's usual range is 1.2 to 2."""


class Scored:
    """One unit's part: the posts it found, the score it gives each, and its weight (idf)."""

    def __init__(self, found: Mapping[int, float], idf: float) -> None:
        most = idf * (K1 + 1)
        self.posts = array("I", found)
        self.scores = array("d", (most * each / (K1 + each) for each in found.values()))
        self.idf = idf

    def __len__(self) -> int:
        return len(self.posts)


class Ranking:
    """Scores the posts of one snapshot."""

    def __init__(self, weights: Weights, postings: Postings) -> None:
        self._weights, self._postings = weights, postings
        self.snapshot = weights.snapshot
        self._size = self.snapshot.size

    def unit(self, unit: Unit) -> Scored:
        """Score one unit: all its forms are one word."""
        return self._weights.kept.get(unit, lambda: self._scored(unit))

    def phrase(self, sequence: Sequence) -> Scored:
        """Score the words of a phrase, as one word."""
        return self.unit(Unit((), sequence))

    def idf(self, posts: int) -> float:
        """BM25's weight of a word that is in so many posts, as Lucene has it: never below 0."""
        return math.log(1.0 + (max(0, self._size - posts) + 0.5) / (posts + 0.5))

    def _scored(self, unit: Unit) -> Scored:
        found: dict[int, float] = {}
        for word, part in unit.words:
            self._weights.add(self._postings.of_word(word), part, found)
        if unit.sequence:
            self._weights.add(self._postings.of_sequence(unit.sequence), 1.0, found)
        return Scored(found, self.idf(len(found)))


def summed(parts: list[Scored]) -> dict[int, float]:
    """The sum of the parts' scores, of every post that one of them found."""
    first, *others = parts
    total = dict(zip(first.posts, first.scores, strict=True))
    get = total.get
    for part in others:
        for post, score in zip(part.posts, part.scores, strict=True):
            total[post] = get(post, 0.0) + score
    return total


def matching(scored: list[Scored], least: int) -> set[int]:
    """The posts that at least so many units found."""
    if least <= 1:
        return set().union(*(each.posts for each in scored))
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
