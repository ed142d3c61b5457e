"""A document as the index has it: the words of each field, how long they are, what tells it apart."""

from array import array
from collections import Counter
from itertools import chain
from typing import NamedTuple

from pipeline.domain.language import Token, fold, joined, stems, stop_words, tokens
from pipeline.domain.search import Document

MOST_TERMS = 48
"""Terms kept to compare a post with others by."""
_SHORTEST_TERM = 2


class Analysed(NamedTuple):
    """`columns` in the order of `schema.FIELDS`; `spans` are start and end of each word of the body,
    in characters, and how many come before the joined ones; `forms` are (stem, word)."""

    columns: tuple[str, ...]
    lengths: tuple[int, ...]
    spans: bytes
    terms: dict[str, int]
    words: frozenset[str]
    forms: frozenset[tuple[str, str]]


def analyse(document: Document) -> Analysed:
    """Cut a document into words. The same document gives the same result."""
    fields = (
        document.title,
        "\n".join(heading.text for heading in document.headings),
        "\n".join(document.tags),
        document.summary,
        document.body,
        document.comments,
    )
    cut = [words_of(text) for text in fields]
    places = {
        token.text: (text, token)
        for text, found in zip(fields, cut, strict=True)
        for token in found
    }
    counted = Counter(token.text for found in cut[:-1] for token in found)
    forms = {
        word: stems(as_written(*place), document.language) or frozenset((word,))
        for word, place in places.items()
    }
    return Analysed(
        columns=tuple(" ".join(token.text for token in found) for found in cut),
        lengths=tuple(map(len, cut)),
        spans=_spans(cut[4]),
        terms=_telling(counted, forms, document.language),
        words=frozenset(places),
        forms=frozenset((stem, word) for word, found in forms.items() for stem in found),
    )


def words_of(text: str) -> list[Token]:
    """The words of a field in order, then each "e-mail" in it once more, as "email"."""
    return [*tokens(text), *joined(text)]


def as_written(text: str, token: Token) -> str:
    """The word with its accents, which a stemmer wants; without what was cut off it ("Rust's")."""
    raw = text[token.start : token.end]
    return raw if fold(raw) == token.text else token.text


def _spans(found: list[Token]) -> bytes:
    """The bounds of each word, then how many words there are before the joined ones."""
    bounds = array("I", chain.from_iterable(token[1:] for token in found))
    starts = [token.start for token in found]
    turn = next((at for at in range(1, len(starts)) if starts[at] < starts[at - 1]), len(starts))
    bounds.append(turn)
    return bounds.tobytes()


def _telling(
    counted: Counter[str], forms: dict[str, frozenset[str]], language: str
) -> dict[str, int]:
    """The stems that stand most often in the text, without stop words, and how often."""
    stop = stop_words(language)
    terms: Counter[str] = Counter()
    for word, times in counted.items():
        if word not in stop and len(word) >= _SHORTEST_TERM:
            terms[min(forms[word])] += times
    # By name where they are equal: the order must not depend on where a word stood.
    ranked = sorted(terms.items(), key=lambda term: (-term[1], term[0]))
    return dict(ranked[:MOST_TERMS])
