"""Words that are neighbours in the query count more where they are neighbours in the post.

The pairs of Metzler and Croft's sequential dependence model (SIGIR 2005), with a word between them
forgiven: "theory of flow" is a theory flow, too.
"""

from array import array
from itertools import islice, pairwise

from pipeline.index.fts5.asking import Sequence, Unit
from pipeline.index.fts5.postings import Postings
from pipeline.index.fts5.ranking import Scored
from pipeline.index.fts5.weighing import Kept

TOGETHER = 0.1
"""What a pair that stands together adds to the score, in its words' mean idf."""
ALL_TOGETHER = 1.6
"""The same of all pairs of a short query, at least: two or three words are a name more often than a
description."""
ELSEWHERE = 0.5
"""How much of that a pair counts which stands in no title."""
MOST_PAIRS = 8
_MOST_FORMS = 2
_TITLE = "t"


class Proximity:
    """Looks pairs up, or takes what was kept of them."""

    def __init__(self, postings: Postings, kept: Kept) -> None:
        self._postings, self._kept = postings, kept

    def gains(self, units: tuple[Unit, ...], scored: list[Scored]) -> dict[int, float]:
        """What each post gains by the pairs that stand together in it."""
        gained: dict[int, float] = {}
        pairs = zip(pairwise(units), pairwise(scored), strict=True)
        share = max(TOGETHER, ALL_TOGETHER / max(1, len(units) - 1))
        for (first, second), (a, b) in islice(pairs, MOST_PAIRS):
            firsts, seconds = _main(first), _main(second)
            if firsts and seconds:
                worth = share * (a.idf + b.idf) / 2
                titled = set(self._together(firsts, seconds, _TITLE))
                for post in self._together(firsts, seconds):
                    part = 1.0 if post in titled else ELSEWHERE
                    gained[post] = gained.get(post, 0.0) + part * worth
        return gained

    def _together(
        self, firsts: tuple[Sequence, ...], seconds: tuple[Sequence, ...], field: str = ""
    ) -> "array[int]":
        def read() -> "array[int]":
            return array("I", self._postings.with_neighbours(firsts, seconds, field))

        return self._kept.get((firsts, seconds, field), read)


def _main(unit: Unit) -> tuple[Sequence, ...]:
    """What stands for a unit: its sequence ("1.0"), or the forms of its word that count most."""
    if unit.sequence:
        return (unit.sequence,)
    ranked = sorted(unit.words, key=lambda form: (-form[1], form[0]))
    return tuple((word,) for word, _ in ranked[:_MOST_FORMS])
