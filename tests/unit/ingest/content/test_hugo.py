"""A Hugo site's posts: where they are published, when, and which files are none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import Rejected
from pipeline.ingest.content.hugo import HugoSource
from tests.support.surveys import Seen, surveyed, write

URL = "https://b.example"
DATED = "date: 2026-01-05\n"


def page(head: str = DATED, body: str = "Body\n") -> str:
    return f"---\n{head}---\n{body}"


def read(root: Path, files: dict[str, str | bytes], url: str = URL) -> Seen:
    return surveyed(HugoSource(write(root, files), url))


def urls(seen: Seen) -> dict[str, str]:
    return {id_: post.url.removeprefix(URL) for id_, post in seen.posts.items()}


def test_a_page_is_a_post_with_all_it_says(tmp_path: Path) -> None:
    head = """\
Title: "The  first"
slug: One
date: 2026-01-05T10:00:00+01:00
lastmod: 2026-02-01
expiryDate: 2027-01-01
tags: [a, b]
categories: b
author: {name: Ann}
description: About it
"""
    (post,) = read(tmp_path, {"posts/first.md": page(head)}).posts.values()
    assert (post.id, post.url, post.title) == ("posts/first", f"{URL}/posts/one/", "The first")
    assert (post.tags, post.section, post.author) == (("a", "b"), "posts", "Ann")
    assert (post.body, post.format, post.summary) == ("Body", "markdown", "About it")
    assert post.published_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert post.expires_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_toml_and_json_say_the_same_as_yaml(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "p/a.md": '+++\ntitle = "T"\ndate = 2026-01-05T10:00:00Z\n+++\nBody',
            "p/b.md": '{"title": "T", "date": "2026-01-05T10:00:00Z"}\nBody',
            "p/c.md": '---\r\ntitle: T\r\ndate: "2026-01-05T10:00:00Z"\r\n---\r\nBody',
        },
    )
    assert {(p.title, p.body, p.published_at) for p in seen.posts.values()} == {
        ("T", "Body", datetime(2026, 1, 5, 10, tzinfo=UTC))
    }


def test_bundles_are_one_page_and_sections_none(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "_index.md": page(),
            "index.md": page(),
            "posts/_index.md": page(),
            "posts/leaf/index.md": page(),
            "posts/leaf/aside.md": page(),
            "posts/leaf/deep/more.md": page(),
            "posts/leaf/figure.png": b"\x89PNG",
            "posts/branch/_index.md": page(),
            "posts/branch/one.html": page(),
            "posts/.hidden.md": page(),
            "posts/.git/x.md": page(),
            "posts/notes.Rmd": page(),
        },
    )
    assert urls(seen) == {"posts/leaf": "/posts/leaf/", "posts/branch/one": "/posts/branch/one/"}
    assert seen.posts["posts/branch/one"].format == "html"
    assert not seen.refused


def test_drafts_and_pages_that_are_not_rendered_are_withheld(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "p/draft.md": page(DATED + "draft: true\n"),
            "p/headless.md": page(DATED + "headless: true\n"),
            "p/built.md": page(DATED + "build: {render: never}\n"),
            "p/odd.md": page(DATED + "build: {render: [x]}\n"),
            "p/future.md": page("date: 2026-01-05\npublishDate: 2099-01-01\n"),
            "about.md": page("title: About\n"),
        },
    )
    assert seen.withheld == {
        "p/draft": "a draft",
        "p/headless": "not rendered",
        "p/built": "not rendered",
        "about": "a page without a date",
    }
    assert seen.posts["p/future"].published_at.year == 2099


def test_what_sections_hand_down_counts_until_a_nearer_one_says_else(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "_index.md": page("cascade: {author: Ann, draft: true}\n"),
            "news/_index.md": page(
                "cascade:\n  - draft: false\n  - {target: {path: x}, draft: true}\n"
            ),
            "news/a.md": page(),
            "news/b.md": page(DATED + "author: Bob\n"),
            "old/c.md": page(),
        },
    )
    assert {id_: post.author for id_, post in seen.posts.items()} == {
        "news/a": "Ann",
        "news/b": "Bob",
    }
    assert seen.withheld == {"old/c": "a draft"}


PERMALINKS = [
    ("/:year/:month/:day/:slug/", "/2026/01/05/my-first-post/"),
    ("/:sections/:contentbasename", "/posts/deep/file/"),
    ("/x/:sections[1:]/:filename.html", "/x/deep/file.html"),
    ("/:section/:yearday-:monthname-:weekdayname/:title", "/posts/5-january-monday/my-first-post/"),
    ("/:slugorcontentbasename", "/file/"),
]


@pytest.mark.parametrize(("pattern", "path"), PERMALINKS)
def test_permalinks_are_followed(tmp_path: Path, pattern: str, path: str) -> None:
    site = write(tmp_path, {"hugo.toml": f'[permalinks]\nposts = "{pattern}"'})
    seen = read(site / "content", {"posts/deep/file.md": page(DATED + "title: My First  Post!\n")})
    assert urls(seen) == {"posts/deep/file": path}


def test_a_permalink_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    site = write(tmp_path, {"config.yaml": "permalinks: {page: {posts: '/:moon/'}}"})
    seen = read(site / "content", {"posts/a.md": page()})
    assert ":moon" in seen.refused["posts/a.md"].reason


def test_addresses_are_written_as_hugo_writes_them(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "posts/Ein Tag - im März.md": page(),
            "posts/fixed.md": page(DATED + "url: /Old/Place.html\n"),
            "posts/zola.md": '+++\npath = "2024/07/25/Rust-1.80.0"\ntitle = "R"\n+++\n',
        },
    )
    assert urls(seen) == {
        "posts/Ein%20Tag%20-%20im%20M%C3%A4rz": "/posts/ein-tag-im-m%C3%A4rz/",
        "posts/fixed": "/Old/Place.html",
        "posts/zola": "/2024/07/25/Rust-1.80.0/",
    }
    assert seen.posts["posts/zola"].published_at == datetime(2024, 7, 25, tzinfo=UTC)


def test_languages_come_from_names_and_from_folders(tmp_path: Path) -> None:
    toml = """\
baseURL = "https://b.example/sub/"
defaultContentLanguage = "en"
[languages.en]
languageCode = "en-GB"
[languages.de]
contentDir = "content/german"
[languages.fr]
"""
    write(tmp_path, {"hugo.toml": toml})
    files: dict[str, str | bytes] = {
        "content/posts/a.md": page(),
        "content/posts/a.fr.md": page(),
        "content/posts/b/index.fr.md": page(),
        "content/posts/c.es.md": page(),
        "content/german/posts/a.md": page(),
        "themes/x/content/posts/no.md": page(),
    }
    seen = read(tmp_path, files)
    assert {id_: (p.url.removeprefix(URL), p.language) for id_, p in seen.posts.items()} == {
        "posts/a": ("/sub/posts/a/", "en-GB"),
        "posts/a.fr": ("/sub/fr/posts/a/", "fr"),
        "posts/b.fr": ("/sub/fr/posts/b/", "fr"),
        "posts/c.es": ("/sub/posts/c.es/", "en-GB"),
        "posts/a.de": ("/sub/de/posts/a/", "de"),
    }
    assert read(tmp_path / "content", {}).posts == seen.posts


def test_a_page_says_its_own_language(tmp_path: Path) -> None:
    write(tmp_path, {"hugo.toml": 'languageCode = "en"\n'})
    files: dict[str, str | bytes] = {
        f"content/posts/{name}.md": page(f"title: A\ndate: 2026-01-05\nlang: {said}\n")
        for name, said in (("a", "fr-CA"), ("b", "[go, rust]"), ("c", "Gibberish"))
    }
    found = {id_: post.language for id_, post in read(tmp_path, files).posts.items()}
    assert found == {"posts/a": "fr-CA", "posts/b": "en", "posts/c": "en"}


def test_settings_may_lie_in_parts_and_name_the_date(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "config/_default/hugo.yaml": "uglyURLs: true\ntimeZone: Europe/Berlin\n",
            "config/_default/frontmatter.toml": 'date = [":filename", ":default"]\n',
            "config/_default/permalinks.toml": 'posts = "/:year/:filename"\n',
        },
    )
    seen = read(tmp_path / "content", {"posts/2026-01-05-a.md": page("publishDate: 2020-01-01\n")})
    (post,) = seen.posts.values()
    assert post.url == f"{URL}/2026/2026-01-05-a.html"
    assert post.published_at == datetime(2019, 12, 31, 23, tzinfo=UTC)


def test_shortcodes_leave_what_a_reader_sees(tmp_path: Path) -> None:
    body = """\
{{< notice warning >}}Mind the **gap**{{< /notice >}}
{{% include "x" %}}{{< figure src="a.png" caption="A cat > a dog" >}}
Write `{{</* toc */>}}` for a table. {{< unclosed
"""
    (post,) = read(tmp_path, {"p/a.md": page(body=body)}).posts.values()
    assert post.body == (
        "Mind the **gap**\nA cat > a dog\nWrite `{{< toc >}}` for a table. {{< unclosed"
    )


def test_a_title_is_found_where_none_is_given(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "p/2026-01-05-my-day.md": page('title: ""\n'),
            "p/b.md": page(body="Intro\n\n# Real title #\n"),
        },
    )
    titles = {id_: post.title for id_, post in seen.posts.items()}
    assert titles == {"p/2026-01-05-my-day": "My day", "p/b": "Real title"}


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("---\ntitle: T\ndate: 2026-02-30\n---\n", 3, "date: '2026-02-30' is no date"),
        ('+++\ntitle = "T"\ndate = 2026-02-30\n+++\n', 3, "TOML"),
        ("---\ntitle: T\n---\n", 1, "it has no date"),
        (b"---\ndate: 2026-01-05\n---\ncaf\xe9\n", 4, "not UTF-8: byte 0xe9"),
        ("---\ndate: 2026-01-05\ntitle: [T]\n---\n\x00", None, "NUL"),
        ("---\ndate: 2026-01-05\n" + "x" * 80_000, 1, "not closed"),
        ("---\ndate: 2026-01-05\nurl: https://c.example/a\n---\n", 3, "names a host"),
        ('{"date": "2026-01-05", "url": "/\\ud800"}', None, "surrogate pair"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, line: int | None, said: str
) -> None:
    refused = read(tmp_path, {"p/a.md": content, "p/b.md": page()}).refused["p/a.md"]
    assert (refused.line, refused.id) == (line, "p/a")
    assert said in refused.reason


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    assert read(tmp_path, {"p/a.md": b"\xef\xbb\xbf" + page().encode()}).ids == {"p/a"}


def test_a_format_that_is_not_read_is_said(tmp_path: Path) -> None:
    seen = read(tmp_path, {"p/a.adoc": "= T"})
    assert "only Markdown and HTML" in seen.refused["p/a.adoc"].reason


def test_the_second_of_two_with_one_id_or_address_is_refused(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "p/a.md": page(),
            "p/a/index.md": page(),
            "p/b.md": page(DATED + "slug: a\n"),
        },
    )
    assert seen.ids == {"p/a"}
    assert "p/a.md has the same id, p/a" in seen.refused["p/a/index.md"].reason
    assert "p/a.md has the same address" in seen.refused["p/b.md"].reason


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("hugo.toml", "[a\n", "hugo.toml, line 1: the TOML"),
        ("hugo.yaml", "timeZone: Mars/Base", "hugo.yaml: 'Mars/Base' is no time zone"),
        ("content/_index.md", "---\na: [\n---\n", "_index.md, line 3"),
    ],
)
def test_broken_settings_stop_the_survey(tmp_path: Path, name: str, text: str, said: str) -> None:
    write(tmp_path, {name: text, "content/p/a.md": page()})
    with pytest.raises(Rejected, match=said):
        HugoSource(tmp_path / "content", URL).survey(None)


def test_a_change_of_the_settings_reads_every_post_anew(tmp_path: Path) -> None:
    content = write(tmp_path, {"hugo.toml": "", "content/p/a.md": page()}) / "content"
    first = surveyed(HugoSource(content, URL))
    assert surveyed(HugoSource(content, URL), first.state).unchanged == {"p/a"}
    write(tmp_path, {"hugo.toml": "uglyURLs = true"})
    again = surveyed(HugoSource(content, URL), first.state)
    assert urls(again) == {"p/a": "/p/a.html"}
