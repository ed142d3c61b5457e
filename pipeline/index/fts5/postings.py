"""Where words stand: which posts, which fields, how often. Read from FTS5's own index."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.index.fts5.schema import FIELDS

Spots = Mapping[str, Mapping[int, int]]
"""By the letter of a field: how often a word stands there, by the post's id."""


class Postings:
    """The postings of the generation that `db` reads; `g` is the prefix of its tables."""

    def __init__(self, db: sqlite3.Connection, g: str) -> None:
        self._db, self._g = db, g

    def of_word(self, word: str) -> Spots:
        """Where the word stands.

        SQLite joins the instances into one text and its pieces are counted: both without a line of
        Python for each instance, of which a common word has thousands.
        """
        (found,) = self._db.execute(
            f"SELECT group_concat(doc || col) FROM {self._g}_instance WHERE term = ?",
            (word,),
        ).fetchone()
        counted = Counter(found.split(",")) if found else {}
        return {
            field: {int(spot[:-1]): times for spot, times in counted.items() if spot[-1] == field}
            for field in sorted({spot[-1] for spot in counted})
        }

    def of_sequence(self, words: Sequence[str]) -> Spots:
        """The spots with the words side by side, each counted once."""
        asked = quoted(words)
        return {field: dict.fromkeys(self._matching(f"{field} : {asked}"), 1) for field in FIELDS}

    def with_sequence(self, words: Sequence[str]) -> set[int]:
        """The posts with the words side by side in any field."""
        return set(self._matching(quoted(words)))

    def with_any(self, words: Iterable[str]) -> set[int]:
        """The posts with one of the words."""
        asked = " OR ".join(quoted([word]) for word in words)
        return set(self._matching(asked)) if asked else set()

    def with_neighbours(
        self, firsts: Sequence[Sequence[str]], seconds: Sequence[Sequence[str]], field: str = ""
    ) -> set[int]:
        """The posts where one of the first runs of words and one of the second have a word between at
        most; in the field of this letter, or in any."""
        near = (f"NEAR({quoted(a)} {quoted(b)}, 1)" for a in firsts for b in seconds)
        within = f"{field} : " if field else ""
        return set(self._matching(f"{within}({' OR '.join(near)})"))

    def _matching(self, asked: str) -> Iterator[int]:
        found = self._db.execute(
            f"SELECT rowid FROM {self._g}_words WHERE {self._g}_words MATCH ?",
            (asked,),
        )
        return (number for (number,) in found)


def quoted(words: Sequence[str]) -> str:
    """A phrase in FTS5's syntax. Folded words have no quotes; one that had would be doubled."""
    return '"' + " ".join(words).replace('"', '""') + '"'
