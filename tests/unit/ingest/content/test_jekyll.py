"""A Jekyll site's posts: where they are published, when, and which files are none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import Rejected
from pipeline.ingest.content.jekyll import JekyllSource
from tests.support.surveys import Seen, surveyed, write

URL = "https://b.example"
NAME = "_posts/2026-01-05-My-first_post.md"


def read(root: Path, files: dict[str, str | bytes], url: str = URL) -> Seen:
    return surveyed(JekyllSource(write(root, files), url))


def only_path(seen: Seen) -> str:
    (post,) = seen.posts.values()
    return post.url.removeprefix(URL)


def test_a_post_says_all_it_has(tmp_path: Path) -> None:
    head = """\
title: "A: post"
categories: [Travel, "Far away"]
tags: one two
author: Ann
last_modified_at: 2026-02-01 10:00:00 +0100
description: About it
"""
    (post,) = read(tmp_path, {NAME: f"---\n{head}---\nBody {{{{ site.x }}}}\n"}).posts.values()
    assert (post.id, post.title) == ("2026-01-05-My-first_post", "A: post")
    assert post.url == f"{URL}/travel/far%20away/2026/01/05/My-first_post.html"
    assert post.tags == ("one", "two", "Travel", "Far away")
    assert (post.section, post.author, post.summary) == ("Travel", "Ann", "About it")
    assert post.published_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert post.body == "Body "


PERMALINKS = [
    ("date", "/cat/2026/01/05/My-first_post.html"),
    ("pretty", "/cat/2026/01/05/My-first_post/"),
    ("ordinal", "/cat/2026/005/My-first_post.html"),
    ("weekdate", "/cat/2026/W02/Mon/My-first_post.html"),
    ("none", "/cat/My-first_post.html"),
    ("/:short_year-:i_month-:i_day/:slug/", "/26-1-5/my-first-post/"),
    ("/:long_day/:long_month/:hour:minute:second/:title:output_ext", None),
    ("/blog/:slugified_categories/:title", "/blog/cat/My-first_post"),
]


@pytest.mark.parametrize(("style", "path"), PERMALINKS)
def test_permalinks_are_followed(tmp_path: Path, style: str, path: str | None) -> None:
    head = "category: Cat\ndate: 2026-01-05 09:08:07\n"
    seen = read(tmp_path, {"_config.yml": f"permalink: {style}\n", NAME: f"---\n{head}---\n"})
    assert only_path(seen) == (path or "/Monday/January/090807/My-first_post.html")


def test_a_post_has_its_own_permalink_and_the_sites_collection_too(tmp_path: Path) -> None:
    config = "permalink: pretty\ncollections: {posts: {permalink: '/c/:title/'}}\nbaseurl: /sub\n"
    seen = read(tmp_path, {"_config.yml": config, NAME: "---\npermalink: /own/:year/\n---\n"})
    assert only_path(seen) == "/sub/own/2026/"
    seen = read(tmp_path, {NAME: "Body"}, URL + "/sub")
    assert only_path(seen) == "/sub/c/My-first_post/"


def test_an_unknown_token_is_refused_by_name(tmp_path: Path) -> None:
    seen = read(tmp_path, {NAME: "---\npermalink: /:moon/\n---\n"})
    assert ":moon" in seen.refused[NAME].reason


def test_folders_above_posts_are_categories_and_other_files_no_posts(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        {
            "a/b/_posts/2026-01-05-x.md": "Body",
            "_posts/sub/26-1-5-y.html": "Body",
            "_posts/undated.md": "Body",
            "_posts/2026-01-05-image.png": b"\x89PNG",
            "_site/_posts/2026-01-05-z.md": "Body",
            "node_modules/_posts/2026-01-05-z.md": "Body",
            "about.md": "Body",
        },
    )
    urls = {id_: post.url.removeprefix(URL) for id_, post in seen.posts.items()}
    assert urls == {"a/b/2026-01-05-x": "/a/b/2026/01/05/x.html", "26-1-5-y": "/2026/01/05/y.html"}
    assert seen.posts["26-1-5-y"].title == "Y"


def test_drafts_are_withheld(tmp_path: Path) -> None:
    seen = read(tmp_path, {"_drafts/x.md": "Body", NAME: "---\npublished: false\n---\n"})
    assert set(seen.withheld.values()) == {"a draft"}
    assert not seen.posts


def test_defaults_and_the_time_zone_come_from_the_settings(tmp_path: Path) -> None:
    config = """\
timezone: America/New_York
lang: en-US
collections_dir: collections
exclude: [old/]
defaults:
  - {scope: {path: collections/_posts/deep, type: posts}, values: {author: Deep}}
  - {scope: {path: "", type: posts}, values: {author: Ann, layout: post}}
  - {scope: {path: "", type: [posts]}, values: {author: Odd}}
  - {scope: {path: "", type: pages}, values: {author: Nobody}}
"""
    seen = read(
        tmp_path,
        {
            "_config.yml": config,
            "collections/_posts/2026-01-05-a.md": "Body",
            "collections/_posts/deep/2026-01-05-b.md": "---\ndate: 2026-01-05 23:30\n---\n",
            "old/_posts/2026-01-05-c.md": "Body",
        },
    )
    a, b = seen.posts["2026-01-05-a"], seen.posts["2026-01-05-b"]
    assert (a.author, b.author, a.language) == ("Ann", "Deep", "en-US")
    assert a.published_at == datetime(2026, 1, 5, 5, tzinfo=UTC)
    assert b.url == f"{URL}/2026/01/05/b.html"
    assert len(seen.posts) == 2


def test_kramdowns_attributes_are_not_read(tmp_path: Path) -> None:
    body = """\
## One
{: .wide #uno}
Some *words*{: .red} and [a link](/x){:target="_blank"}.
{: .lead }

* Contents
{:toc}

A set {: of things} stays.
"""
    (post,) = read(tmp_path, {NAME: f"---\ntitle: A\n---\n{body}"}).posts.values()
    assert post.body == (
        "## One {#uno}\nSome *words* and [a link](/x).\n\n\n* Contents\n\n\nA set {: of things} stays."
    )


def test_liquid_leaves_what_a_reader_sees(tmp_path: Path) -> None:
    body = """\
{% highlight ruby %}puts 1{% endhighlight %}{% comment %}gone{% endcomment %}
{%- include x.html a="}" -%}{{ page.title | escape }}{% raw %}{{ kept }}{% endraw %} 100 % {% open
"""
    (post,) = read(tmp_path, {NAME: body}).posts.values()
    assert post.body == "puts 1\n{{ kept }} 100 % {% open"


@pytest.mark.parametrize(
    ("name", "content", "line", "said"),
    [
        (NAME, "---\na: 1\ndate: soon\n---\n", 3, "date: 'soon' is no date"),
        (NAME, "---\na: [\n---\n", 3, "YAML"),
        (NAME, b"a\n\xff", 2, "UTF-8"),
        ("_posts/2026-02-30-x.md", "Body", None, "the date in its name is none: 2026-02-30"),
        ("_posts/2026-02-03-x.textile", "Body", None, "only Markdown and HTML"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, line: int | None, said: str
) -> None:
    refused = read(tmp_path, {name: content}).refused[name]
    assert (refused.line, said in refused.reason) == (line, True), refused


@pytest.mark.parametrize("config", ["a: [\n", "timezone: Mars/Base\n", "- a\n", b"\xff"])
def test_broken_settings_stop_the_survey(tmp_path: Path, config: str | bytes) -> None:
    with pytest.raises(Rejected, match=r"_config\.yml"):
        read(tmp_path, {"_config.yml": config, NAME: "Body"})
