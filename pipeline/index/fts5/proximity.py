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
MOST_PAIRS = 8
_MOST_FORMS = 2


class Proximity:
    """Looks pairs up, or takes what was kept of them."""

    def __init__(self, postings: Postings, kept: Kept) -> None:
        self._postings, self._kept = postings, kept

    def gains(self, units: tuple[Unit, ...], scored: list[Scored]) -> dict[int, float]:
        """What each post gains by the pairs that stand together in it."""
        gained: dict[int, float] = {}
        pairs = zip(pairwise(units), pairwise(scored), strict=True)
        for (first, second), (a, b) in islice(pairs, MOST_PAIRS):
            if first.words and second.words:
                worth = TOGETHER * (a.idf + b.idf) / 2
                for post in self._together(_main(first), _main(second)):
                    gained[post] = gained.get(post, 0.0) + worth
        return gained

    def _together(self, firsts: Sequence, seconds: Sequence) -> "array[int]":
        def read() -> "array[int]":
            return array("I", self._postings.with_neighbours(firsts, seconds))

        return self._kept.get((firsts, seconds), read)


def _main(unit: Unit) -> Sequence:
    """The forms of a word that count most."""
    ranked = sorted(unit.words, key=lambda form: (-form[1], form[0]))
    return tuple(word for word, _ in ranked[:_MOST_FORMS])
