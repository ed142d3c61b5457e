"""A built site: which of its pages are posts, and what they say."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.ingest.content.eleventy import BuiltSource
from tests.support.surveys import Seen, surveyed, write

URL = "https://b.example"
TIME = '<time datetime="2026-01-05">5 Jan</time>'


def read(root: Path, files: dict[str, str | bytes]) -> Seen:
    return surveyed(BuiltSource(write(root, files), URL))


def page(main: str = TIME, head: str = "") -> str:
    return f"<!doctype html><html lang=en><head><title>T | Site</title>{head}</head><body>{main}</body>"


def test_a_page_that_says_it_is_a_post_says_all(tmp_path: Path) -> None:
    head = """\
<link rel=canonical href="https://b.example/posts/a">
<meta property="og:title" content="Title"><meta name=description content="About it">
<meta property="article:tag" content="x"><meta property="article:tag" content="y">
<meta property="article:modified_time" content="2026-02-01T00:00:00Z">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": ["BlogPosting"],
 "datePublished": "2026-01-05T10:00:00+01:00", "author": [{"name": "Ann"}, {"name": "Bob"}]}]}</script>
"""
    body = """\
<header>Site</header><nav>Menu</nav>
<main><article><h1>Title</h1><p>Hello<script>x()</script> <b>you</b></p><nav>Next</nav></article></main>
<footer>Bye</footer>"""
    (post,) = read(tmp_path, {"posts/a.html": page(body, head)}).posts.values()
    assert (post.id, post.url, post.title) == ("/posts/a.html", f"{URL}/posts/a", "Title")
    assert post.body == "<article><h1>Title</h1><p>Hello <b>you</b></p></article>"
    assert (post.tags, post.author, post.summary) == (("x", "y"), "Ann, Bob", "About it")
    assert (post.format, post.language, post.section) == ("html", "en", None)
    assert post.published_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_page_that_says_nothing_is_a_post_if_it_has_a_date(tmp_path: Path) -> None:
    main = f"<main><h1>First</h1><ul><li>{TIME}<li><a href=/tags/x/ rel=tag>x</a></ul>Text</main>"
    (post,) = read(tmp_path, {"posts/a/index.html": page(main)}).posts.values()
    assert (post.id, post.title, post.tags) == ("/posts/a/", "First", ("x",))
    assert post.url == f"{URL}/posts/a/"
    assert post.published_at == datetime(2026, 1, 5, tzinfo=UTC)


WITHHELD = [
    ("index.html", page(f"<article>{TIME}</article>"), "a list"),
    (
        "tags/x/index.html",
        page(f"<ul><li><a href=/posts/a/>A</a>{TIME}</ul>"),
        "a page without a date",
    ),
    ("posts/index.html", page(f"<article>{TIME}</article><article>{TIME}</article>"), "a list"),
    (
        "posts/index.html",
        page(head='<script type="application/ld+json">{"@type":"Blog"}</script>'),
        "a list",
    ),
    ("posts/a.html", page(head='<meta name="robots" content="noindex, follow">'), "noindex"),
    ("old/a.html", page(head='<meta http-equiv="Refresh" content="0; url=/a">'), "a redirection"),
    ("a/2.html", page(head='<link rel=canonical href="/a/">'), "it belongs to another page"),
    ("about.html", page("<main>Me</main>"), "a page without a date"),
    ("empty.html", "", "a page without a date"),
]


@pytest.mark.parametrize(("name", "text", "reason"), WITHHELD)
def test_other_pages_are_no_posts(tmp_path: Path, name: str, text: str, reason: str) -> None:
    seen = read(tmp_path, {name: text})
    assert not seen.posts
    assert next(iter(seen.withheld.values())).startswith(reason)


def test_pages_that_stand_in_for_others_are_not_looked_at(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"404.html": page(), "500.html": page(), "x/404.html": page()}
    assert read(tmp_path, files).expected == 0


def test_an_address_only_differs_from_the_canonical_in_how_it_is_written(tmp_path: Path) -> None:
    head = '<link rel=canonical href="https://b.example/posts/a/?utm=1#top">'
    other = '<link rel=canonical href="https://elsewhere.example/first">'
    seen = read(
        tmp_path,
        {
            "posts/a/index.html": page(head=head.replace("?utm=1", "")),
            "posts/b/index.html": page(head=other),
        },
    )
    assert {post.url for post in seen.posts.values()} == {f"{URL}/posts/a/", f"{URL}/posts/b/"}


def test_an_article_without_any_date_is_refused(tmp_path: Path) -> None:
    head = '<meta property="og:type" content="article">'
    seen = read(tmp_path, {"a.html": page("<p>x</p>", head)})
    assert "not when" in seen.refused["a.html"].reason


def test_a_date_may_lie_in_the_address_and_a_broken_one_is_passed_over(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="soon">'
    (post,) = read(tmp_path, {"2026/01/05/a/index.html": page("<p>x</p>", head)}).posts.values()
    assert post.published_at == datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "written"),
    [
        ("<meta charset=iso-8859-1>", "é".encode("latin-1")),
        ("<meta charset=utf-8>", "é".encode()),
        ('<meta http-equiv=Content-Type content="text/html; charset=windows-1251">', b"\xe9"),
        ("", "é".encode()),
    ],
)
def test_the_encoding_is_the_pages_own(tmp_path: Path, head: str, written: bytes) -> None:
    text = page(TIME + "<h1>MARK</h1>", head).encode().replace(b"MARK", written)
    (post,) = read(tmp_path, {"a.html": text}).posts.values()
    assert post.title == ("й" if "1251" in head else "é")


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"<p>\n\xe9", 2, "UTF-8"),
        (b"<meta charset=klingon>", None, "'klingon' is not known"),
        (b"<meta charset=rot13>", None, "'rot13' is not known"),
        (b"<meta charset=shift_jis>\n\xff", 2, "it is not shift_jis"),
        ("<div>" * 3000, None, "nested more than 2,000 deep"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused(
    tmp_path: Path, content: str | bytes, line: int | None, said: str
) -> None:
    refused = read(tmp_path, {"a.html": content}).refused["a.html"]
    assert (refused.line, said in refused.reason) == (line, True), refused


def test_marks_for_search_count_before_elements(tmp_path: Path) -> None:
    main = (
        f"<main><p>Intro</p><div data-pagefind-body><p>Text</p>{TIME}<p hidden>no</p></div></main>"
    )
    (post,) = read(tmp_path, {"a.html": page(main)}).posts.values()
    assert post.body == f'<div data-pagefind-body=""><p>Text</p>{TIME}</div>'
