"""What each word weighs in each post: its occurrences, weighted by field, against the fields' lengths.

This is the inner sum of BM25F (Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted
fields", CIKM 2004): all of a word's occurrences are one number before they saturate together, so a word
in the title and five times in the body is one word, not two.
"""

from array import array
from collections.abc import Callable, Hashable, Mapping, Sized
from datetime import datetime
from typing import NamedTuple, TypeVar, cast

from pipeline.index.fts5.snapshot import Snapshot

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
FRESH = 0.2
"""What the newest post's score is raised by, at most."""
HALF_LIFE_DAYS = 365.0
"""The age at which half of that is left."""
MOST_KEPT = 400_000
"""Posts in the lists that are kept, 12 bytes each."""
_DAY = 86_400.0


Spots = Mapping[str, int]
"""How often a word stands at each spot: a post's id and the letter of a field, as "17b"."""


class Weights:
    """The weights of one snapshot's words, and of its posts' ages. Threads may share it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.kept = Kept()
        self._norms = {
            name: (
                field.weight,
                1.0 - field.norm,
                field.norm / snapshot.mean_length(name),
                snapshot.lengths[name],
            )
            for name, field in FIELDS.items()
        }
        self._fresh: tuple[float, array[float]] = (0.0, array("d"))

    def add(self, spots: Spots, part: float, found: dict[int, float]) -> None:
        """Add to each post's number what a word weighs in it; `part` is what the word counts."""
        norms, get = self._norms, found.get
        for spot, times in spots.items():
            post = int(spot[:-1])
            weight, base, slope, lengths = norms[spot[-1]]
            found[post] = get(post, 0.0) + part * weight * times / (base + slope * lengths[post])

    def fresh(self, now: datetime) -> "array[float]":
        """The factor that each post's age gives its score: 1 + FRESH for one of today, halfway down
        to 1 after HALF_LIFE_DAYS. By whole days, so that the pages of one search are of one order.
        """
        today = now.timestamp() // _DAY
        kept, factors = self._fresh
        if kept != today:
            ages = (max(0.0, today - each // _DAY) for each in self.snapshot.published)
            factors = array("d", (1.0 + FRESH * 0.5 ** (age / HALF_LIFE_DAYS) for age in ages))
            self._fresh = (today, factors)
        return factors


class Kept:
    """What recent searches read from the index, for the next that asks the same: lists of posts.

    It holds MOST_KEPT posts; then it begins anew, because the words of a site's searches are few.
    """

    def __init__(self) -> None:
        self._lists: dict[Hashable, Sized] = {}
        self._size = 0

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """What is kept under the key, or what is read now."""
        found = self._lists.get(key)
        if found is None:
            found = read()
            if self._size + len(found) > MOST_KEPT:
                self._lists, self._size = {}, 0
            self._lists[key] = found
            self._size += len(found)
        return cast("T", found)
