"""Where words stand: which posts, which fields, how often. Read from FTS5's own index."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.index.fts5.schema import FIELDS


class Postings:
    """The postings of the generation that `db` reads; `g` is the prefix of its tables."""

    def __init__(self, db: sqlite3.Connection, g: str) -> None:
        self._db, self._g = db, g

    def of_word(self, word: str) -> dict[str, int]:
        """How often the word stands at each spot: a post's id and the letter of a field, as "17b".

        SQLite joins the instances into one text and Python counts the pieces: both do it without
        an object for each instance, of which a common word has thousands.
        """
        (found,) = self._db.execute(
            f"SELECT group_concat(doc || col) FROM {self._g}_instance WHERE term = ?",
            (word,),
        ).fetchone()
        return Counter(found.split(",")) if found else {}

    def of_sequence(self, words: Sequence[str]) -> dict[str, int]:
        """The spots with the words side by side, each counted once."""
        return {
            f"{number}{field}": 1
            for field in FIELDS
            for number in self._matching(f"{field} : {quoted(words)}")
        }

    def with_sequence(self, words: Sequence[str]) -> set[int]:
        """The posts with the words side by side in any field."""
        return set(self._matching(quoted(words)))

    def with_any(self, words: Iterable[str]) -> set[int]:
        """The posts with one of the words."""
        asked = " OR ".join(quoted([word]) for word in words)
        return set(self._matching(asked)) if asked else set()

    def with_neighbours(self, firsts: Sequence[str], seconds: Sequence[str]) -> set[int]:
        """The posts where one of the first words and one of the second have a word between at most."""
        near = (f"NEAR({quoted([a])} {quoted([b])}, 1)" for a in firsts for b in seconds)
        return set(self._matching(" OR ".join(near)))

    def _matching(self, asked: str) -> Iterator[int]:
        found = self._db.execute(
            f"SELECT rowid FROM {self._g}_words WHERE {self._g}_words MATCH ?",
            (asked,),
        )
        return (number for (number,) in found)


def quoted(words: Sequence[str]) -> str:
    """A phrase in FTS5's syntax. Folded words have no quotes; one that had would be doubled."""
    return '"' + " ".join(words).replace('"', '""') + '"'
