"""What every engine shows of a hit: marked matches, escaped text, the heading it stands under."""

import re

from pipeline.domain.search import Heading
from tests.support.posts import Index, post

FILLER = "Plain words that say nothing at all, again and again. " * 30


def marked(html: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", html)


def plain(html: str) -> str:
    return re.sub(r"</?mark>", "", html)


def test_matches_are_marked_in_title_and_body(index: Index) -> None:
    index.write(post("a", "The Compiler", "Our compiler is fast."))
    (hit,) = index.ask("compiler").hits

    assert hit.title_html == "The <mark>Compiler</mark>"
    assert hit.body_html == "Our <mark>compiler</mark> is fast."


def test_everything_else_is_escaped(index: Index) -> None:
    index.write(post("a", 'A <b>"bold"</b> & unsafe', "<script>alert('unsafe')</script> & more"))
    (hit,) = index.ask("unsafe").hits

    for html in (hit.title_html, hit.body_html):
        assert "<" not in re.sub(r"</?mark>", "", html)
        assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#)", html)
        assert marked(html) == ["unsafe"]


def test_what_looks_like_a_mark_is_escaped_too(index: Index) -> None:
    index.write(post("a", "Text", "A <mark>fake</mark> and a real one."))
    (hit,) = index.ask("real").hits

    assert marked(hit.body_html) == ["real"]


def test_other_forms_typos_and_beginnings_are_marked(index: Index) -> None:
    index.write(post("a", "Title", "They compiled it with monomorphization and ownership."))

    assert marked(index.ask("compiling").hits[0].body_html) == ["compiled"]
    assert marked(index.ask("ownreship").hits[0].body_html) == ["ownership"]
    assert marked(index.ask("monom", typing=True).hits[0].body_html) == ["monomorphization"]


def test_a_long_body_is_shown_around_the_match(index: Index) -> None:
    index.write(post("a", "Title", f"{FILLER} Here stands the needle we look for. {FILLER}"))
    (hit,) = index.ask("needle").hits

    assert marked(hit.body_html) == ["needle"]
    assert 10 <= len(plain(hit.body_html).split()) <= 80


def test_the_best_spot_has_the_most_of_what_was_asked(index: Index) -> None:
    body = f"A needle alone. {FILLER} The needle in a haystack. {FILLER} A haystack."
    index.write(post("a", "Title", body))
    (hit,) = index.ask("needle haystack").hits

    assert re.search(r"<mark>needle</mark> in a <mark>haystack</mark>", hit.body_html)


def test_a_match_in_the_title_alone_shows_the_beginning(index: Index) -> None:
    index.write(post("a", "Needle", f"Once upon a time. {FILLER}"))
    (hit,) = index.ask("needle").hits

    assert hit.body_html.startswith("Once upon a time.")
    assert len(hit.body_html) < 600


def test_a_query_without_words_marks_nothing(index: Index) -> None:
    index.write(post("a", "Text <i>", "Once upon a time.", tags=("web",)))
    (hit,) = index.ask("tag:web").hits

    assert hit.title_html == "Text &lt;i&gt;"
    assert hit.body_html == "Once upon a time."
    assert hit.anchor is None


def test_the_anchor_is_the_heading_the_match_stands_under(index: Index) -> None:
    first, second = f"Beginning. {FILLER}", f"The needle is here. {FILLER}"
    headings = (Heading("one", "One", 20), Heading("two", "Two", len(first)))
    index.write(post("a", "Title", first + second, headings=headings))

    assert index.ask("needle").hits[0].anchor == "two"
    assert index.ask("beginning").hits[0].anchor is None


def test_an_empty_body_is_shown_as_nothing(index: Index) -> None:
    index.write(post("a", "Needle"))
    (hit,) = index.ask("needle").hits

    assert hit.body_html == ""


def test_matches_in_two_places_show_both_without_repeating_a_word(index: Index) -> None:
    body = "Words " * 20 + "needle " + "between " * 25 + "haystack " + "words " * 20
    index.write(post("a", "Title", body))
    (hit,) = index.ask("needle haystack").hits

    assert marked(hit.body_html) == ["needle", "haystack"]
    assert plain(hit.body_html).count("needle") == 1


def test_a_word_written_with_a_hyphen_is_marked(index: Index) -> None:
    index.write(post("a", "Title", f"{FILLER} Send an e-mail today. {FILLER}"))
    (hit,) = index.ask("email").hits

    assert "".join(marked(hit.body_html)) in ("email", "e-mail")
    assert "Send an" in plain(hit.body_html)


def test_between_two_fragments_is_one_mark_of_what_is_left_out(index: Index) -> None:
    between = "\n\n".join(f"Filler sentence number {number} goes here." for number in range(60))
    body = f"{between}\n\nThe walrus is here.\n\n{between}\n\nThe marmalade is there.\n\n{between}"
    index.write(post("a", body=body))
    (hit,) = index.ask("walrus marmalade").hits
    assert "<mark>walrus</mark>" in hit.body_html
    assert "<mark>marmalade</mark>" in hit.body_html
    assert "… …" not in hit.body_html
