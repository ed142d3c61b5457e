"""What is not published is nowhere to be seen, on every engine; and no query text breaks one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import SHARED
from tests.support.posts import NOW, SITE, Index, gone, post

SYNTAX = st.sampled_from((
    *('"', "*", "^", "(", ")", "{", "}", ":", "+", "-", "AND", "OR", "NOT", "NEAR", "NEAR("),
    *(",", "'", ";", "--", "/", "%", "_", "?", "[", "]", "<", ">", chr(0), chr(92), chr(0xD83C)),
    *("t:", "title:", "body:", "tag:", "year:", "section:", "year:2024", "c++", "fox"),
    *("日本", "é", "ß", "\u202e", "\U0001f389"),
))  # fmt: skip


@pytest.fixture
def withdrawn(index: Index) -> Index:
    """Three posts stay; one with words of its own was deleted, another was edited."""
    index.write(
        *(
            post(f"p{n}", "Public announcement", "Ordinary words.", tags=("news",))
            for n in range(3)
        ),
        post("secret", "Public confidential", "Unannounced merger.", tags=("leak",), section="s"),
        post("edited", "Public erratum", "Embarrassing remark.", tags=("oops",)),
    )
    index.write(gone("secret", 2), post("edited", "Public erratum", "Fine remark.", version=2))
    return index


@pytest.mark.parametrize(
    "query",
    ["confidential", "merger", '"unannounced merger"', "embarrassing", "tag:leak", "tag:oops"],
)
def test_what_was_taken_back_is_not_found(withdrawn: Index, query: str) -> None:
    assert withdrawn.find(query) == []
    assert withdrawn.ask(query).total == 0


def test_what_was_taken_back_is_not_counted(withdrawn: Index) -> None:
    found = withdrawn.ask("public")

    assert found.total == 4
    assert found.facets is not None
    assert dict(found.facets.tags) == {"news": 3}
    assert not found.facets.section


@pytest.mark.parametrize("query", ["confidentail", "confidentiel", "embarasing", "mergerr"])
def test_what_was_taken_back_is_not_offered(withdrawn: Index, query: str) -> None:
    assert withdrawn.ask(query).did_you_mean is None
    assert withdrawn.ask(f"public {query}").did_you_mean is None


def test_the_beginning_of_a_word_that_was_taken_back_finds_nothing(withdrawn: Index) -> None:
    assert withdrawn.find("confid", typing=True) == []


def test_what_was_taken_back_is_not_shown(withdrawn: Index) -> None:
    (hit,) = withdrawn.ask("erratum").hits

    assert "Embarrassing" not in hit.body_html


def test_what_was_taken_back_is_related_to_nothing(withdrawn: Index) -> None:
    assert withdrawn.engine.related(SITE, "secret", size=5) == []
    assert "secret" not in {hit.id for hit in withdrawn.engine.related(SITE, "p0", size=5)}


@pytest.fixture
def filled(index: Index) -> Index:
    """A few posts whose words the fuzz may hit."""
    index.write(
        post("a", "The quick fox", 'Jumps (over) "lazy" dogs: AND, OR, NOT* NEAR.', tags=("x:y",)),
        post("b", "日本語のテキスト", "é ß c++ 🎉", language="ja", published_at=NOW),
    )
    return index


@settings(SHARED, max_examples=150)
@given(
    st.lists(SYNTAX | st.text(max_size=6), max_size=8), st.booleans(), st.sampled_from(["", " "])
)
def test_no_text_breaks_a_search(
    filled: Index,
    pieces: list[str],
    typing: bool,  # noqa: FBT001 - drawn, not passed
    between: str,
) -> None:
    found = filled.ask(between.join(pieces), typing=typing, size=1)

    assert len(found.hits) <= found.total <= 2
    if found.next is not None:
        filled.ask(between.join(pieces), typing=typing, size=1, after=found.next)


def test_a_page_that_was_pasted_is_a_query_too(filled: Index) -> None:
    assert filled.ask("fox " * 5000).total >= 0
