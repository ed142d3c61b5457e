"""Every text is a query: what is read as syntax, and what is only words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.search import Phrase, Query, Word, parse
from pipeline.domain.search.query import LONGEST_QUERY, MOST_CLAUSES


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text) for text in texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rust borrow checker", Query(words=words("rust", "borrow", "checker"))),
        ('"async book"', Query(phrases=(Phrase(("async", "book")),))),
        ('"never closed', Query(phrases=(Phrase(("never", "closed")),))),
        ('"one"', Query(words=words("one"))),
        ("-tokio", Query(without=(Word("tokio"),))),
        ('-"green threads"', Query(without=(Phrase(("green", "threads")),))),
        ("tag:web", Query(tags=("web",))),
        ('TAG:"open source"', Query(tags=("open source",))),
        ("section:guides year:2019", Query(sections=("guides",), years=(2019,))),
        ("year:soon", Query(words=words("year", "soon"))),
        ("tag:", Query(words=words("tag"))),
        ("-", Query()),
        ('"', Query()),
        ("c++ c# .net", Query(words=words("c++", "c#", "net"))),
        ("don't", Query(words=words("don't"))),
        ("\uff46\uff55\uff4c\uff4c\x00width", Query(words=words("full", "width"))),
    ],
)
def test_a_query_is_read(text: str, expected: Query) -> None:
    assert parse(text)._replace(text="") == expected


@pytest.mark.parametrize(
    ("text", "open_words"),
    [("hel", ["hel"]), ("hel ", []), ("hel tag:web", []), ('"hel wor', []), ("hel -wor", [])],
)
def test_only_a_bare_last_word_may_go_on(text: str, open_words: list[str]) -> None:
    words = parse(text, typing=True).words
    assert [word.text for word in words if word.prefix] == open_words


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    query = parse(text, typing=True)
    assert len(query.words) <= MOST_CLAUSES
    assert len(query.text) <= LONGEST_QUERY
