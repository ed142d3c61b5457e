"""A post's text as it is searched, and the anchors of its headings."""

import pytest

from pipeline.domain.posts.plain import Section, plain


def headings(body: str) -> list[tuple[str, str]]:
    """Each heading's text and anchor."""
    return [(each.heading, each.anchor) for each in plain(body, "markdown").sections]


@pytest.mark.parametrize(
    ("line", "text", "anchor"),
    [
        ("## Set up {#install}", "Set up", "install"),
        ("## Set up {#install .wide}", "Set up", "install"),
        ("## Set up {.wide #install}", "Set up", "install"),
        ("## Set up {.wide}", "Set up", "set-up"),
        ('## Set up {id="install" .wide}', "Set up", "install"),
        ("## Set up {wide=yes}", "Set up", "set-up"),
        ("Set up {#install}\n---", "Set up", "install"),
        ("## What's new in 1.0?", "What's new in 1.0?", "whats-new-in-10"),
        ("## A set {a, b}", "A set {a, b}", "a-set-a-b"),
        ("## Write `{#install}`", "Write {#install}", "write-install"),
        ('<h2 id="own">Set up</h2>', "Set up", "own"),
        ('## <a name="own"></a>Set up', "Set up", "own"),
    ],
)
def test_a_heading_has_the_anchor_its_page_has(line: str, text: str, anchor: str) -> None:
    assert headings(f"{line}\n\nWords.") == [(text, anchor)]


def test_headings_of_one_name_are_numbered_as_goldmark_does() -> None:
    seen = headings("## A\n\n## A\n\n## A 1\n\n## B {#a-2}\n\n## A\n")
    assert [anchor for _, anchor in seen] == ["a", "a-1", "a-1-1", "a-2", "a-3"]


def test_many_headings_of_one_name_take_no_time_to_number() -> None:
    seen = headings("# a\n" * 50_000)
    assert len({anchor for _, anchor in seen}) == 50_000


def test_a_word_with_a_footnote_is_still_the_word() -> None:
    read = plain("A walrus[^1] swims.\n\n[^1]: It does.", "markdown")
    assert read.text == "A walrus swims.\nIt does."


@pytest.mark.parametrize(
    "mark",
    [
        '<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup>',
        '<sup id="fnref:1"><a href="#fn:1" class="footnote" role="doc-noteref">1</a></sup>',
        '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>',
        '<sup class="footnote-ref"><a role="doc-noteref" href="#fn-1">1</a></sup>',
    ],
)
def test_footnotes_of_other_renderers_are_known(mark: str) -> None:
    assert plain(f"<p>A walrus{mark} swims.</p>", "html").text == "A walrus swims."


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 id="up">Set up<a class="anchor" href="#up">#</a></h2>',
        '<h2 id="up">Set up <a href="#up" aria-label="Link"><span>¶</span></a></h2>',
        '<h2><a id="up" class="anchor" href="#up"></a>Set up</h2>',
        '<h2 id="up"><a href="#up">Set up</a></h2>',
    ],
)
def test_a_sign_that_links_to_its_heading_is_not_read(heading: str) -> None:
    assert plain(f"{heading}<p>Words.</p>", "html").sections == (Section("up", "Set up", 0),)


def test_what_stands_in_braces_in_html_is_text() -> None:
    assert plain("<h2>Set up {#x}</h2>", "html").text == "Set up {#x}"
