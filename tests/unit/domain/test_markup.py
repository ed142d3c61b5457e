"""Rendering a comment's Markdown."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.domain.markup import RENDERER, render
from pipeline.errors import InvalidEventError

REL = 'rel="nofollow ugc noopener noreferrer"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("```js\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("[a](https://b.example/)", f'<p><a href="https://b.example/" {REL}>a</a></p>'),
        ("<a@b.example>", f'<p><a href="mailto:a@b.example" {REL}>a@b.example</a></p>'),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert render(text).html == html


def test_a_line_breaks_where_it_was_broken() -> None:
    assert render("one\ntwo").html == "<p>one<br>\ntwo</p>"


def test_a_bare_address_is_linked() -> None:
    linked = f'<p>see <a href="http://www.a.example/b" {REL}>www.a.example/b</a>.</p>'

    assert render("see www.a.example/b.").html == linked


def test_html_is_shown_as_typed() -> None:
    rendered = render("Vec<T> and <b onclick=x>b</b>")

    assert rendered.html == "<p>Vec&lt;T&gt; and &lt;b onclick=x&gt;b&lt;/b&gt;</p>"
    assert rendered.plain == "Vec<T> and <b onclick=x>b</b>"


def test_a_heading_becomes_a_bold_paragraph() -> None:
    assert render("## A *b*").html == "<p><strong>A <em>b</em></strong></p>"


def test_dashes_under_a_sentence_are_a_line_and_no_heading() -> None:
    assert render("Thanks\n---\nAnn").html == "<p>Thanks</p>\n<hr>\n<p>Ann</p>"


def test_an_image_becomes_a_link_to_it() -> None:
    rendered = render("![cat](https://a.example/cat.png) ![](https://a.example/dog.png)")

    assert rendered.plain == "cat https://a.example/dog.png"
    assert rendered.links == ("https://a.example/cat.png", "https://a.example/dog.png")


def test_a_list_keeps_the_number_it_starts_with() -> None:
    assert render("3. c").html == '<ol start="3">\n<li>c</li>\n</ol>'


def test_a_title_is_left_out() -> None:
    assert "title" not in render('[a](https://b.example/ "title")').html


@pytest.mark.parametrize("target", ["/a", "//b.example", "#c", "?d", "https:e", "https:///f", "g"])
def test_a_link_into_the_page_itself_loses_its_target(target: str) -> None:
    rendered = render(f"[text]({target})")

    assert rendered.html == f"<p><a {REL}>text</a></p>"
    assert rendered.links == ()


def test_a_link_nobody_could_see_is_shown() -> None:
    assert render("[](https://a.example/)").plain == "[](https://a.example/)"


def test_plain_has_single_spaces_between_blocks_and_lines() -> None:
    assert render("# a\n\n- b\n- c\n\nd\ne  &amp; <f>\n\n    g").plain == "a b c d e & <f> g"


def test_links_are_those_linked_then_those_in_the_text_each_once() -> None:
    text = (
        "`https://c.example/x.` <a href='http://d.example/'>d</a> [a](https://a.example/?x=1&y=2) "
        "https://b.example [again](https://a.example/?x=1&y=2) WWW.e.example"
    )

    assert render(text).links == (
        "https://a.example/?x=1&y=2",
        "https://b.example",
        "https://c.example/x",
        "http://d.example/",
        "WWW.e.example",
    )


def test_text_is_composed_before_it_is_cleaned() -> None:
    assert render("Cafe\u0301").plain == "Caf\u00e9"


def test_full_width_chevrons_stay_what_they_are() -> None:
    text = "\uff1cscript\uff1ex\uff1c/script\uff1e"

    assert render(text).html == f"<p>{text}</p>"


def test_controls_and_overrides_of_direction_are_dropped() -> None:
    assert render("a\u202eb\x1bc\u2066d\ufeff\x7f").plain == "abcd"


def test_joiners_and_marks_of_direction_stay() -> None:
    text = "\u0645\u06cc\u200c\u062e\u0648 \u200fא 👩\u200d💻"

    assert render(text).plain == text


def test_a_rendered_comment_names_its_renderer() -> None:
    assert render("a").renderer == RENDERER == "comrak-1"


@pytest.mark.parametrize(
    "text", ["", " \n\t", "---", "\u200b \u200b", "\u3164", "[a]: https://b.example"]
)
def test_a_text_with_nothing_to_see_is_refused(text: str) -> None:
    with pytest.raises(InvalidEventError, match="text is empty"):
        render(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a\0b", "NUL character at 1"), ("ab\ud800", r"half a surrogate pair, U\+D800, at 2")],
)
def test_what_cannot_be_stored_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidEventError, match=problem):
        render(text)


def test_threads_rendering_at_once_get_the_same() -> None:
    text = "a ~~b~~ www.c.example d@e.example *f*\n" * 40
    alone = render(text)

    with ThreadPoolExecutor(4) as pool:
        assert all(rendered == alone for rendered in pool.map(render, [text] * 80))
