"""What every engine finds, and in which order. Each test on each engine."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.search import Heading
from tests.support.posts import NOW, Index, post


def test_every_word_of_a_short_query_must_be_there(index: Index) -> None:
    index.write(
        post("both", "Async runtimes", "How tokio schedules."),
        post("one", "Async closures", "A new feature."),
    )

    assert index.find("async tokio") == ["both"]
    assert set(index.find("async")) == {"both", "one"}


def test_a_long_query_forgives_a_word_that_is_not_there(index: Index) -> None:
    index.write(
        post("a", "Deploying static sites", "With continuous integration and a cheap server.")
    )

    assert index.find("deploying static sites cheaply on kubernetes server") == ["a"]


def test_words_that_stand_nowhere_together_find_those_with_some(index: Index) -> None:
    index.write(post("a", "Tokio"), post("b", "Hyper"))

    assert set(index.find("tokio hyper")) == {"a", "b"}


def test_a_query_of_stop_words_is_a_query(index: Index) -> None:
    index.write(post("a", "To be or not to be"), post("b", "Something else"))

    assert index.find("to be or not to be") == ["a"]


def test_stop_words_are_not_asked_for(index: Index) -> None:
    index.write(post("a", "Lifetimes", "Borrowing explained."))

    assert index.find("the lifetimes") == ["a"]


def test_a_title_weighs_more_than_a_body(index: Index) -> None:
    index.write(
        post("body", "Release notes", "A word on generics here."),
        post("title", "Generics", "A word on release notes here."),
    )

    assert index.find("generics") == ["title", "body"]


def test_comments_weigh_least(index: Index) -> None:
    index.write(
        post("comment", "Release notes", "A text.", comments="I like macros\nMe too"),
        post("body", "Release notes", "A text on macros."),
    )

    assert index.find("macros") == ["body", "comment"]


def test_headings_summary_and_tags_are_searched(index: Index) -> None:
    index.write(
        post("heading", "One", "Text below.", headings=(Heading("x", "Monomorphization", 0),)),
        post("summary", "Two", "Text.", summary="On monomorphization."),
        post("tag", "Three", "Text.", tags=("monomorphization",)),
    )

    assert set(index.find("monomorphization")) == {"heading", "summary", "tag"}


def test_another_form_of_the_word_is_found_below_the_exact_one(index: Index) -> None:
    index.write(
        post("other", "Compiled", "Words of the same length."),
        post("exact", "Compiler", "Words of the same length."),
        post("none", "Nothing", "Words of the same length."),
    )

    assert index.find("compiler") == ["exact", "other"]


def test_the_last_word_may_go_on_while_typing(index: Index) -> None:
    index.write(post("a", "Monomorphization"), post("b", "Monads and more"))

    assert index.find("monom", typing=True) == ["a"]
    assert index.find("monom") == []
    assert set(index.find("mon", typing=True)) == {"a", "b"}


def test_what_was_typed_stands_before_what_it_may_become(index: Index) -> None:
    index.write(post("longer", "Rustaceans meet"), post("exact", "Rust meets"))

    assert index.find("rust", typing=True) == ["exact", "longer"]


@pytest.mark.parametrize("typed", ["ownreship", "ownershp", "ownershiip", "ownershix"])
def test_one_typo_is_forgiven(index: Index, typed: str) -> None:
    index.write(post("a", "Ownership"), post("b", "Membership"))

    assert index.find(typed) == ["a"]


@pytest.mark.parametrize("typed", ["iwnership", "wonership", "wnership", "xownership"])
@pytest.mark.parametrize("more", ["", " rust", " rust posts"])
def test_one_typo_is_forgiven_in_the_first_letter(index: Index, typed: str, more: str) -> None:
    index.write(post("a", "Ownership", "Of Rust."), post("b", "Membership", "Of Rust."))

    assert index.find(typed + more)[0] == "a"
    assert index.ask(typed + more).did_you_mean == f"ownership{more}"


def test_a_typo_in_the_first_letter_of_any_alphabet_is_forgiven(index: Index) -> None:
    index.write(post("a", "Владение", language="ru"), post("b", "Κατοχή", language="el"))

    assert index.find("аладение") == ["a"]
    assert index.find("γατοχή") == ["b"]


@pytest.mark.parametrize("typed", ["borrowchecker", "BorrowChecker", "rust borrowchecker"])
def test_a_missing_space_is_a_typo(index: Index, typed: str) -> None:
    index.write(
        post("a", "Notes on Rust", "The borrow checker complains."),
        post("apart", "Notes", "The checker may borrow it."),
        *(post(f"p{n}", "Borrow", "Checker and borrow.") for n in range(3)),
    )

    assert index.find(typed) == ["a"]
    meant = typed.lower().replace("borrowchecker", "borrow checker")
    assert index.ask(typed).did_you_mean == meant
    (hit,) = index.ask(typed).hits
    assert "<mark>borrow</mark> <mark>checker</mark>" in hit.body_html


def test_what_is_one_word_is_not_taken_apart(index: Index) -> None:
    index.write(post("one", "Overflow"), post("two", "Notes", "It flows over: flow over flow."))

    assert index.find("overflow") == ["one"]
    assert index.find("overflowed") == ["one"]
    assert index.find("flowover") == ["two"]
    assert index.find("flowchart") == []


@pytest.mark.parametrize("typed", ["web socket", "Web Socket", "fast web socket"])
def test_a_space_too_many_is_forgiven(index: Index, typed: str) -> None:
    index.write(post("one", "WebSocket", "A fast one."), post("web", "Web", "A wall."))
    index.write(post("wall", "Wall socket", "Slow."))

    assert index.find(typed) == ["one"]
    (hit,) = index.ask(typed).hits
    assert hit.title_html == "<mark>WebSocket</mark>"


def test_short_words_are_taken_as_they_are(index: Index) -> None:
    index.write(post("a", "Web"), post("b", "Wet"))

    assert index.find("web") == ["a"]
    assert index.find("weg") == []


def test_a_word_that_is_there_is_no_typo(index: Index) -> None:
    index.write(post("a", "Forms"), post("b", "Farms"))

    assert index.find("forms") == ["a"]


def test_a_typo_that_was_published_hides_nothing(index: Index) -> None:
    index.write(
        post("typo", "Note", "On the ownreship of things."),
        *(post(f"p{n}", "Ownership", "More words.") for n in range(12)),
    )

    assert len(index.find("ownreship", size=50)) == 13
    assert index.ask("ownreship").did_you_mean == "ownership"


def test_a_word_of_several_posts_is_no_typo(index: Index) -> None:
    index.write(*(post(f"f{n}", "Forms") for n in range(4)))
    index.write(*(post(f"p{n}", "Farms") for n in range(45)))

    assert len(index.find("forms", size=50)) == 4
    assert index.ask("forms").did_you_mean is None


def test_a_phrase_is_exact_words_in_order(index: Index) -> None:
    index.write(
        post("order", "Notes", "The borrow checker complains."),
        post("swapped", "Notes", "The checker: borrow it."),
        post("form", "Notes", "The borrow checkers complain."),
    )

    assert index.find('"borrow checker"') == ["order"]


def test_a_phrase_does_not_reach_over_two_fields(index: Index) -> None:
    index.write(post("a", "Green", "Threads are gone."))

    assert index.find('"green threads"') == []


def test_an_exclusion_takes_posts_out(index: Index) -> None:
    index.write(
        post("a", "Async", "With tokio."),
        post("b", "Async", "With green threads."),
        post("c", "Async", "Plain threads that are not green."),
    )

    assert set(index.find("async -tokio")) == {"b", "c"}
    assert set(index.find('async -"green threads"')) == {"a", "c"}


def test_tags_sections_and_years_narrow(index: Index) -> None:
    def when(year: int) -> datetime:
        return datetime(year, 3, 1, tzinfo=UTC)

    index.write(
        post("a", "Text", tags=("web", "rust"), section="guides", published_at=when(2019)),
        post("b", "Text", tags=("web",), section="news", published_at=when(2020)),
        post("c", "Text", tags=("cli",), section=None, published_at=when(2020)),
    )

    assert set(index.find("text tag:web")) == {"a", "b"}
    assert index.find("text tag:web tag:rust") == ["a"]
    assert set(index.find("text year:2020 year:2019 tag:web")) == {"a", "b"}
    assert set(index.find("text section:guides section:news")) == {"a", "b"}
    assert index.find("text", tags=("web",), years=(2020,)) == ["b"]
    assert index.find("text tag:nothing") == []


def test_tags_are_matched_whole_and_in_any_case(index: Index) -> None:
    index.write(post("a", "Text", tags=("Open Source",)), post("b", "Text", tags=("open",)))

    assert index.find('tag:"open source"') == ["a"]


def test_a_query_without_words_gives_the_newest_first(index: Index) -> None:
    index.write(
        *(
            post(f"p{n}", "Text", tags=("web",), published_at=NOW - timedelta(days=n))
            for n in (3, 1, 2)
        ),
        post("other", "Text", published_at=NOW),
    )

    assert index.find("tag:web") == ["p1", "p2", "p3"]
    assert index.find("") == ["other", "p1", "p2", "p3"]


def test_of_equal_posts_the_newer_comes_first(index: Index) -> None:
    index.write(
        post("old", "Release", "Same words.", published_at=NOW - timedelta(days=3000)),
        post("new", "Release", "Same words.", published_at=NOW - timedelta(days=10)),
    )

    assert index.find("release") == ["new", "old"]


def test_age_takes_a_tenth_of_a_score_at_most(index: Index) -> None:
    index.write(
        post("old", "Release", "Same words.", published_at=NOW - timedelta(days=8000)),
        post("new", "Release", "Same words.", published_at=NOW),
    )
    new, old = index.ask("release").hits

    assert 1.05 < new.score / old.score < 1.101


def test_a_better_post_stands_before_a_newer_one(index: Index) -> None:
    index.write(
        post("old", "Iterators", "Iterators in depth.", published_at=NOW - timedelta(days=2500)),
        post("new", "Notes", "Some words, with iterators, and more.", published_at=NOW),
    )

    assert index.find("iterators") == ["old", "new"]


def test_facets_count_everything_that_was_found(index: Index) -> None:
    def each(number: int) -> datetime:
        return datetime(2020 + number % 2, 5, 1, tzinfo=UTC)

    index.write(
        *(
            post(
                f"p{n}",
                "Text",
                tags=("web",) if n % 3 else ("web", "cli"),
                section="news",
                published_at=each(n),
            )
            for n in range(12)
        ),
        post("other", "Unrelated", tags=("web",), section="guides"),
    )
    found = index.ask("text", size=2)

    assert found.total == 12
    assert len(found.hits) == 2
    assert found.facets is not None
    assert list(found.facets.tags.items()) == [("web", 12), ("cli", 4)]
    assert dict(found.facets.section) == {"news": 12}
    assert {int(year): n for year, n in found.facets.year.items()} == {2020: 6, 2021: 6}
    assert index.ask("text", facets=False).facets is None


def test_pages_follow_each_other_without_gap_or_repeat(index: Index) -> None:
    index.write(*(post(f"p{n:02}", "Text", "Same words " * (n % 4)) for n in range(23)))
    pages = index.pages("text", size=5)
    ids = [each for page in pages for each in page]

    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    assert sorted(ids) == [f"p{n:02}" for n in range(23)]
    assert ids == index.find("text", size=50)


def test_pages_of_a_query_without_words_follow_each_other_too(index: Index) -> None:
    index.write(
        *(post(f"p{n:02}", "Text", published_at=NOW - timedelta(days=n // 3)) for n in range(11))
    )
    ids = [each for page in index.pages("", size=4) for each in page]

    assert sorted(ids) == sorted(set(ids))
    assert ids == index.find("", size=50)
    assert len(ids) == 11


def test_sites_dont_see_each_other(index: Index) -> None:
    index.write(post("a", "Shared word"), post("b", "Shared word", site="other"))

    assert index.find("shared") == ["a"]
    assert index.find("shared", site="other") == ["b"]
    assert index.find("shared", site="nobody") == []
    assert index.ask("shared").total == 1


def test_a_hit_carries_what_a_page_shows(index: Index) -> None:
    index.write(
        post(
            "a",
            "Shown",
            tags=("Web", "cli"),
            section="News",
            published_at=datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC),
        )
    )
    (hit,) = index.ask("shown").hits

    assert (hit.id, hit.url, hit.title) == ("a", "/a/", "Shown")
    assert (hit.tags, hit.section) == (("Web", "cli"), "News")
    assert hit.published_at == datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert hit.score > 0


def test_did_you_mean_offers_what_would_find_more(index: Index) -> None:
    index.write(*(post(f"p{n}", "Asynchronous programming") for n in range(4)))

    assert index.ask("asinchronus programming").did_you_mean == "asynchronous programming"
    assert index.ask("asynchronous programming").did_you_mean is None


def test_did_you_mean_offers_nothing_where_nothing_would_be_found(index: Index) -> None:
    index.write(post("a", "Text"), post("b", "Elsewhere", site="other"))

    assert index.ask("elsewhera").did_you_mean is None
    assert index.ask("qqqqqqqq").did_you_mean is None


def test_related_posts_share_what_is_telling(index: Index) -> None:
    index.write(
        post("a", "Borrow checker", "Lifetimes and ownership, borrow by borrow."),
        post("near", "Ownership", "The borrow checker again; lifetimes too."),
        post("far", "Gardening", "Tomatoes and cucumbers in a small garden."),
        post("elsewhere", "Ownership", "The borrow checker; lifetimes.", site="other"),
    )
    related = index.engine.related("blog", "a", size=5)

    assert related[0].id == "near"
    assert {hit.id for hit in related} <= {"near", "far"}
    assert index.engine.related("blog", "missing", size=5) == []
