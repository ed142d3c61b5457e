"""The words of a generation: other forms of a word, how it may go on, and what it may be a typo of.

Only published posts have words here. rapidfuzz is imported here alone, when a word is unknown.
"""

import sqlite3
import string
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from pipeline.domain.language import is_spaceless, stems
from pipeline.domain.search.spacing import halves

SHORTEST_MISSPELT = 4
"""Letters below which another word is another word."""
MOST_ENDINGS = 48
"""Words that the beginning of a word may become, the most used first."""
MOST_STEMS = 20_000
"""Stems of a language whose number of posts is kept, 100 bytes each."""
_ALPHABETS = (
    string.ascii_lowercase,
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
)
_HIGHEST = "\U0010ffff"


class Near(NamedTuple):
    """A known word that differs by so many edits, and how many posts it is in."""

    distance: int
    posts: int
    word: str


class Stems:
    """In how many posts each stem is, as far as one snapshot was asked. Threads may share it."""

    def __init__(self) -> None:
        self._by_language: dict[str, dict[str, int]] = {}

    def of(self, language: str) -> dict[str, int]:
        """Those of a language, to be added to; begun anew when they are many."""
        known = self._by_language.get(language)
        if known is None or len(known) > MOST_STEMS:
            known = self._by_language[language] = {}
        return known


class Vocabulary:
    """The vocabulary of the generation that `db` reads; `g` is the prefix of its tables."""

    def __init__(
        self, db: sqlite3.Connection, g: str, languages: Iterable[str], stems: Stems
    ) -> None:
        self._db, self._g, self._stems = db, g, stems
        self.languages = tuple(languages)

    def posts(self, words: Iterable[str]) -> dict[str, int]:
        """In how many posts each of the words is; a word in none is left out."""
        rows = self._db.execute(
            f"SELECT word, posts FROM json_each(?) CROSS JOIN {self._g}_word ON word = value",
            (_json(words),),
        )
        return dict(rows.fetchall())

    def forms(self, word: str, written: str) -> list[str]:
        """The known words of one stem with it, in any of the languages; itself too, where known.

        `written` is the word with its accents.
        """
        found = {word}
        for language in self.languages:
            wanted = stems(written, language) | stems(word, language)
            if wanted:
                found |= self._of_stems(language, wanted)
        return sorted(found)

    def of_stem(self, language: str, stem: str) -> list[str]:
        """The known words of a stem as `analysis` gives it."""
        return sorted(self._of_stems(language, (stem,)))

    def posts_of_stems(self, language: str, wanted: Iterable[str]) -> dict[str, int]:
        """In how many posts each stem is, at most: a post with two forms counts twice."""
        wanted = list(wanted)
        known = self._stems.of(language)
        missing = [stem for stem in wanted if stem not in known]
        if missing:
            read = self._read_posts_of_stems(language, missing)
            known.update((stem, read.get(stem, 0)) for stem in missing)
        return {stem: known[stem] for stem in wanted}

    def endings(self, beginning: str) -> list[str]:
        """Known words that begin so, the most used first."""
        rows = self._db.execute(
            f"SELECT word FROM {self._g}_word WHERE word >= ? AND word < ?"
            " ORDER BY posts DESC, word LIMIT ?",
            (beginning, beginning + _HIGHEST, MOST_ENDINGS),
        )
        return [word for (word,) in rows]

    def near(self, word: str, *, within: int) -> list[Near]:
        """Known words within so many edits (a swap of neighbours is one), nearest first.

        They begin with the word's first letter or its second; of others, those that differ in no more
        than a first letter of the same alphabet.
        """
        if len(word) < SHORTEST_MISSPELT or is_spaceless(word) or not word.isalpha():
            return []
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - most words are known

        found = []
        alike = dict(self._alike(word, within)) | self.posts(_begun_otherwise(word))
        for known, posts in alike.items():
            distance = OSA.distance(word, known, score_cutoff=within)
            if 0 < distance <= within:
                found.append(Near(distance, posts, known))
        return sorted(found, key=lambda each: (each.distance, -each.posts, each.word))

    def halves(self, word: str) -> tuple[str, ...]:
        """The two known words that a word is without the space between them; none where it isn't.

        They stand side by side in some post; the pair of the most used where there are several.
        """
        cuts = halves(word)
        posts = self.posts(part for cut in cuts for part in cut)
        known = [cut for cut in cuts if all(part in posts for part in cut)]
        known.sort(key=lambda cut: -min(posts[part] for part in cut))
        return next(filter(self._are_neighbours, known), ())

    def _are_neighbours(self, words: tuple[str, str]) -> bool:
        row = self._db.execute(
            f"SELECT 1 FROM {self._g}_words WHERE {self._g}_words MATCH ? LIMIT 1",
            (f'"{" ".join(words)}"',),
        )
        return row.fetchone() is not None

    def _alike(self, word: str, within: int) -> Iterable[tuple[str, int]]:
        """Words of nearly the same length with the same beginning."""
        statement = (
            f"SELECT word, posts FROM {self._g}_word WHERE word >= ? AND word < ?"
            " AND length(word) BETWEEN ? AND ?"
        )
        for letter in dict.fromkeys(word[:2]):
            lengths = (len(word) - within, len(word) + within)
            yield from self._db.execute(statement, (letter, letter + _HIGHEST, *lengths))

    def _read_posts_of_stems(self, language: str, wanted: Iterable[str]) -> dict[str, int]:
        rows = self._db.execute(
            f"SELECT stem, sum(posts) FROM json_each(?) CROSS JOIN {self._g}_form f"
            f" ON f.language = ? AND f.stem = value CROSS JOIN {self._g}_word USING (word)"
            " GROUP BY stem",
            (_json(wanted), language),
        )
        return dict(rows.fetchall())

    def _of_stems(self, language: str, wanted: Iterable[str]) -> set[str]:
        rows = self._db.execute(
            f"SELECT word FROM json_each(?) CROSS JOIN {self._g}_form f"
            " ON f.language = ? AND f.stem = value",
            (_json(wanted), language),
        )
        return {word for (word,) in rows}


def _begun_otherwise(word: str) -> list[str]:
    """The word with each other first letter, and with each letter before it."""
    letters = next((each for each in _ALPHABETS if word[0] in each), "")
    return [letter + rest for letter in letters for rest in (word[1:], word)]


def best(found: Iterable[Near]) -> Near | None:
    """The nearest, the most used of equals."""
    return next(iter(found), None)


def _json(words: Iterable[str] | Mapping[str, object]) -> str:
    return msgspec.json.encode(list(words)).decode()
