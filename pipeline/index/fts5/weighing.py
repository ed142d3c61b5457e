"""What each word weighs in each post: its occurrences, weighted by field, against the fields' lengths.

This is the inner sum of BM25F (Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted
fields", CIKM 2004): all of a word's occurrences are one number before they saturate together, so a word
in the title and five times in the body is one word, not two.
"""

import math
from array import array
from collections.abc import Callable, Hashable, Sized
from datetime import datetime
from functools import cache
from typing import NamedTuple, TypeVar, cast

from pipeline.domain.search.freshness import FRESH, HALF_LEFT_DAYS
from pipeline.index.fts5.postings import Spots
from pipeline.index.fts5.snapshot import Snapshot
from pipeline.index.fts5.vocabulary import Stems

T = TypeVar("T", bound=Sized)


class Field(NamedTuple):
    """What an occurrence counts, and how much a long field takes from it (BM25's b)."""

    weight: float
    norm: float


FIELDS = {
    "t": Field(3.0, 0.6),
    "h": Field(1.5, 0.6),
    "g": Field(2.0, 0.3),
    "s": Field(1.5, 0.6),
    "b": Field(1.0, 0.75),
    "c": Field(0.3, 0.75),
}
MOST_KEPT = 400_000
"""Posts in the lists that are kept, 12 bytes each."""
LEAST_SIZE = 100
"""What a list takes besides, in posts: one for a word in no post is kept, too."""
_DAY = 86_400.0


class Weights:
    """The weights of one snapshot's words, and of its posts' ages. Threads may share it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.kept = Kept()
        self.stems = Stems()
        self.idf = cache(_idf(snapshot.size))
        """BM25's weight of a word that is in so many posts."""
        self._worths = {
            name: _Worths(field, snapshot.mean_length(name)) for name, field in FIELDS.items()
        }
        self._fresh: tuple[float, array[float]] = (0.0, array("d"))

    def add(self, spots: Spots, part: float, found: dict[int, float]) -> None:
        """Add to each post's number what a word weighs in it; `part` is what the word counts."""
        for field, times in spots.items():
            lengths = map(self.snapshot.lengths[field].__getitem__, times)
            worths = map(self._worths[field].__getitem__, lengths)
            weights = [part * n * worth for n, worth in zip(times.values(), worths, strict=True)]
            if found:
                get = found.get
                weights = [get(post, 0.0) + w for post, w in zip(times, weights, strict=True)]
            found.update(zip(times, weights, strict=True))

    def fresh(self, now: datetime) -> "array[float]":
        """The factor that each post's age gives its score: 1 + FRESH for one of today, halfway down
        to 1 after HALF_LEFT_DAYS. By whole days, so that the pages of one search are of one order.
        """
        today = now.timestamp() // _DAY
        kept, factors = self._fresh
        if kept != today:
            ages = (max(0.0, today - each // _DAY) for each in self.snapshot.published)
            factors = array(
                "d", (1.0 + FRESH * 0.5 ** ((age / HALF_LEFT_DAYS) ** 2) for age in ages)
            )
            self._fresh = (today, factors)
        return factors


class _Worths(dict[int, float]):
    """What one occurrence is worth in a field of so many words; few lengths are asked for."""

    def __init__(self, field: Field, mean_length: float) -> None:
        super().__init__()
        self._field, self._mean_length = field, mean_length

    def __missing__(self, length: int) -> float:
        weight, norm = self._field
        worth = weight / (1.0 - norm + norm * length / self._mean_length)
        self[length] = worth
        return worth


def _idf(size: int) -> Callable[[int], float]:
    """BM25's weight of a word among so many posts, as Lucene has it: never below 0."""
    return lambda posts: math.log(1.0 + (max(0, size - posts) + 0.5) / (posts + 0.5))


class Kept:
    """What recent searches read from the index, for the next that asks the same: lists of posts.

    It holds MOST_KEPT posts; then it begins anew. The words of a site's searches are few, but whoever
    sends made-up ones must not fill the memory.
    """

    def __init__(self) -> None:
        self._lists: dict[Hashable, Sized] = {}
        self._size = 0

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """What is kept under the key, or what is read now."""
        found = self._lists.get(key)
        if found is None:
            found = read()
            size = LEAST_SIZE + len(found)
            if self._size + size > MOST_KEPT:
                self._lists, self._size = {}, 0
            self._lists[key] = found
            self._size += size
        return cast("T", found)
