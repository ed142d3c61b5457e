"""A reader's query: words, "phrases", -exclusions, tag: section: year:. Every text is a query.

What looks like syntax and is none is taken as words, so there is nothing to get wrong.
"""

import re
import unicodedata
from typing import NamedTuple

from pipeline.domain.language.words import MARKS, PICTURES

LONGEST_QUERY = 500
"""Characters that are read; the rest is dropped."""
MOST_CLAUSES = 32
"""Words and phrases that are read: a pasted page is a query too, not a load test."""

_PIECE = re.compile(r'(-?)(?:(tag|section|year):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_WORD = re.compile(rf"[^\W_](?:[\w{MARKS}'\u2019.+#-]*[\w{MARKS}+#])?|[{PICTURES}]")
_YEAR = re.compile(r"[12][0-9]{3}")


class Word(NamedTuple):
    """One word as it was typed (NFKC). `prefix`: the reader may still be typing it."""

    text: str
    prefix: bool = False


class Phrase(NamedTuple):
    """Words that must stand side by side."""

    words: tuple[str, ...]


class Query(NamedTuple):
    """What a query asks for. `without` must not match; tags, sections and years narrow it."""

    text: str = ""
    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Word | Phrase, ...] = ()
    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def asks_for_text(self) -> bool:
        """Whether there is anything to rank by; else it only filters."""
        return bool(self.words or self.phrases)


def parse(text: str, *, typing: bool = False) -> Query:
    """Read a query. Never raises.

    `typing`: the last word, where nothing follows it, may go on (search while typing).
    """
    plain = unicodedata.normalize("NFKC", text.replace("\x00", " "))[:LONGEST_QUERY]
    query = Query(text=" ".join(plain.split()))
    pieces = list(_PIECE.finditer(plain))[:MOST_CLAUSES]
    for piece in pieces:
        query = _with(query, piece)
    if typing and pieces and _goes_on(pieces[-1], plain) and query.words:
        *head, last = query.words
        query = query._replace(words=(*head, last._replace(prefix=True)))
    return query._replace(words=query.words[:MOST_CLAUSES])


def _with(query: Query, found: re.Match[str]) -> Query:
    minus, field, quoted, bare = found.groups()
    value = bare if quoted is None else quoted
    if field and not minus:
        narrowed = _narrow(query, field.lower(), value.strip().strip('"'))
        if narrowed is not None:
            return narrowed
        value = f"{field} {value}"
        quoted = None
    words = tuple(_WORD.findall(value))
    if not words:
        return query
    if minus:
        barred = Word(words[0]) if len(words) == 1 else Phrase(words)
        return query._replace(without=(*query.without, barred))
    if quoted is not None and len(words) > 1:
        return query._replace(phrases=(*query.phrases, Phrase(words)))
    return query._replace(words=(*query.words, *map(Word, words)))


def _narrow(query: Query, field: str, value: str) -> Query | None:
    if not value:
        return None
    if field == "tag":
        return query._replace(tags=(*query.tags, value))
    if field == "section":
        return query._replace(sections=(*query.sections, value))
    if _YEAR.fullmatch(value):
        return query._replace(years=(*query.years, int(value)))
    return None


def _goes_on(last: re.Match[str], text: str) -> bool:
    """Whether the reader may still be typing this piece: a bare word that nothing follows."""
    minus, field, _, bare = last.groups()
    bare_word = bare is not None and not minus and not field
    return bare_word and last.end() == len(text) and text[-1].isalnum()
