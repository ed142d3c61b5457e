"""Feeds of three kinds, from a real server."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from pipeline.errors import Rejected
from pipeline.ingest.content.remote.feed import FeedSource
from tests.support.surveys import Seen, surveyed
from tests.support.website import Website

pytestmark = pytest.mark.services

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>B</title><language>en</language>
<item><title>One &amp;amp; only</title><link>MARK/one/</link><guid isPermaLink="false">g 1</guid>
<pubDate>Mon, 05 Jan 2026 10:00:00 +0100</pubDate><category>x</category><category>y</category>
<author>noreply@blogger.com (Ann)</author><description>Short</description>
<content:encoded><![CDATA[<p>Long</p>]]></content:encoded></item>
<item><title>No date</title><link>MARK/two/</link></item>
<item><title>No link</title><pubDate>Mon, 05 Jan 2026 10:00:00 +0100</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>B</title>
<entry><id>tag:b.example,2026:1</id><title type="html">A &lt;b&gt;bold&lt;/b&gt; one</title>
<link href="/one/"/>
<published>2026-01-05T10:00:00Z</published><updated>2026-02-01T00:00:00Z</updated>
<author><name>Ann</name></author><summary>Short</summary>
<content type="html">&lt;p&gt;Long&lt;/p&gt;</content>
</entry></feed>"""


def read(site: Website, state: Any = None) -> Seen:
    return surveyed(FeedSource(f"{site.url}/feed", site.url, lambda: datetime.now(UTC)), state)


def test_rss_is_read_and_entries_that_lack_something_are_refused(site: Website) -> None:
    site.put("/feed", RSS)
    seen = read(site)
    (post,) = seen.posts.values()
    assert (post.id, post.url, post.title) == ("g%201", f"{site.url}/one/", "One & only")
    assert (post.body, post.format, post.summary) == ("<p>Long</p>", "html", "Short")
    assert (post.tags, post.language, post.author) == (("x", "y"), "en", "Ann")
    assert post.published_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert "published_at" in seen.refused[f"{site.url}/two/"].reason
    assert "url" in seen.refused[f"{site.url}/feed"].reason
    assert not seen.complete


def test_atom_is_read(site: Website) -> None:
    site.put("/feed", ATOM, content_type="application/atom+xml")
    (post,) = read(site).posts.values()
    assert (post.id, post.title, post.author) == ("tag:b.example,2026:1", "A bold one", "Ann")
    assert (post.url, post.language) == (f"{site.url}/one/", "de")
    assert post.updated_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_json_feed_is_read(site: Website) -> None:
    items = [
        {"id": 1, "url": "/one/", "content_html": "<p>A note without a title</p>", "tags": ["x"]},
        {"id": "2", "url": "/two/", "title": "Two", "content_text": "Text"},
        {"url": "no id"},
        {"id": "2", "url": "/again/", "title": "Again", "content_text": "Text"},
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": [{"name": "Ann"}],
        "language": "en",
    }
    dated = [item | {"date_published": "2026-01-05T10:00:00Z"} for item in items]
    site.put("/feed", msgspec.json.encode(feed | {"items": dated}))
    seen = read(site)
    assert {p.id: (p.title, p.format, p.author) for p in seen.posts.values()} == {
        "1": ("A note without a title", "html", "Ann"),
        "2": ("Two", "markdown", "Ann"),
    }
    assert "item 3" in seen.refused[f"{site.url}/feed"].reason
    assert "same id" in seen.refused[f"{site.url}/again/"].reason


def test_a_feed_that_did_not_change_says_nothing(site: Website) -> None:
    site.put("/feed", ATOM)
    first = read(site)
    second = read(site, first.state)
    assert (second.expected, second.ids, second.complete) == (0, set(), False)
    assert second.state == first.state
    site.put("/feed", ATOM.replace("bold", "new"))
    assert len(read(site, second.state).posts) == 1
    elsewhere = FeedSource(f"{site.url}/feed?x", site.url, lambda: datetime.now(UTC))
    assert len(surveyed(elsewhere, second.state).posts) == 1


def test_a_feed_that_breaks_off_gives_what_it_has_and_is_asked_for_again(site: Website) -> None:
    site.put("/feed", RSS[: RSS.index("<item><title>No date")])
    seen = read(site)
    assert set(seen.posts) == {"g%201"}
    refused = seen.refused[f"{site.url}/feed"]
    assert (refused.line, "XML" in refused.reason) == (7, True)
    assert len(read(site, seen.state).posts) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><p>Hi",
        "{}",
        '{"version": "2", "items": []}',
        "nonsense",
        "http://127.0.0.1:1/",
        "[",
    ],
)
def test_what_is_no_feed_is_rejected(site: Website, body: str) -> None:
    site.put("/feed", body)
    with pytest.raises(Rejected, match=r"/feed(, line \d)?: (the XML|it is)"):
        read(site)


def test_a_feed_that_is_not_there_is_rejected(site: Website) -> None:
    with pytest.raises(Rejected, match="there is no feed at"):
        read(site)


def test_entities_are_no_bomb(site: Website) -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 9))
    bomb = f'<!DOCTYPE rss [<!ENTITY e0 "x">{entities}]>' + RSS[21:].replace("Short", "&e8;")
    site.put("/feed", bomb)
    assert all(len(post.summary or "") < 100 for post in read(site).posts.values())
