"""A site by its sitemap, from a real server: what is asked for again, and what is gone."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.errors import Rejected, Transient
from pipeline.ingest.content.remote.sitemap import SitemapSource
from tests.support.surveys import Seen, surveyed
from tests.support.website import Page, Website, gzipped

pytestmark = pytest.mark.services
NOW = datetime(2026, 11, 23, tzinfo=UTC)
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def post(title: str = "T", head: str = "") -> str:
    time = '<time datetime="2026-01-05">x</time>'
    return f"<html><head>{head}</head><body><article><h1>{title}</h1>{time}</article></body></html>"


def urlset(site: Website, paths: Iterable[str], lastmod: str | None = None) -> str:
    at = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    urls = "".join(f"<url><loc>{site.url}{path}</loc>{at}</url>" for path in paths)
    return f'<?xml version="1.0"?><urlset {XMLNS}>{urls}</urlset>'


def read(site: Website, state: Any = None, now: datetime = NOW, name: str = "sitemap.xml") -> Seen:
    return surveyed(SitemapSource(f"{site.url}/{name}", site.url, lambda: now), state)


@pytest.fixture
def blog(site: Website) -> Website:
    """Two posts, an about page, and a sitemap of them without times."""
    for name in "ab":
        site.put(f"/posts/{name}/", post(name.upper()))
    site.put("/about/", "<main>Me</main>")
    site.put(
        "/sitemap.xml", urlset(site, ["/posts/a/", "/posts/b/", "/about/"]), content_type="text/xml"
    )
    return site


def test_the_pages_of_a_sitemap_are_its_posts(blog: Website) -> None:
    seen = read(blog)
    assert {p.id: (p.title, p.url) for p in seen.posts.values()} == {
        "/posts/a/": ("A", f"{blog.url}/posts/a/"),
        "/posts/b/": ("B", f"{blog.url}/posts/b/"),
    }
    assert seen.withheld == {"/about/": "a page without a date"}
    assert (seen.complete, seen.expected) == (True, 3)


def test_a_page_that_did_not_change_is_not_sent_again(blog: Website) -> None:
    first = read(blog)
    blog.put("/posts/b/", post("New"))
    blog.asked.clear()
    second = read(blog, first.state)
    assert (second.unchanged, set(second.posts)) == ({"/posts/a/"}, {"/posts/b/"})
    assert second.withheld == first.withheld
    assert all("if-none-match" in each.headers for each in blog.asked[1:])


def test_a_page_no_longer_listed_is_gone(blog: Website) -> None:
    first = read(blog)
    blog.put("/sitemap.xml", urlset(blog, ["/posts/b/"]))
    second = read(blog, first.state)
    assert (second.ids, second.complete) == ({"/posts/b/"}, True)


def test_an_old_lastmod_is_enough_and_a_young_one_is_not(blog: Website) -> None:
    def again(lastmod: str, now: datetime = NOW) -> list[str]:
        blog.put("/sitemap.xml", urlset(blog, ["/posts/a/"], lastmod))
        first = read(blog, None, now)
        blog.asked.clear()
        assert read(blog, first.state, now).ids == {"/posts/a/"}
        return blog.paths()

    assert again("2026-11-20") == ["/sitemap.xml"]
    assert again("2026-11-20T10:00:00Z") == ["/sitemap.xml"]
    assert again("2026-11-23") == ["/sitemap.xml", "/posts/a/"]
    assert again("2026-11-22T12:00:00Z") == ["/sitemap.xml", "/posts/a/"]
    assert again("last week") == ["/sitemap.xml", "/posts/a/"]


def test_a_new_lastmod_is_looked_after(blog: Website) -> None:
    blog.put("/sitemap.xml", urlset(blog, ["/posts/a/"], "2026-11-01"))
    first = read(blog)
    blog.put("/posts/a/", post("New"))
    assert read(blog, first.state).unchanged == {"/posts/a/"}
    blog.put("/sitemap.xml", urlset(blog, ["/posts/a/"], "2026-11-02"))
    assert read(blog, first.state, NOW + timedelta(days=1)).posts["/posts/a/"].title == "New"


def test_indexes_and_packed_sitemaps_are_read_and_rings_end(blog: Website) -> None:
    names = ["/one.xml.gz", "/two.xml", "/index.xml", "/broken.xml"]
    entries = "".join(f"<sitemap><loc>{blog.url}{name}</loc></sitemap>" for name in names)
    blog.put("/index.xml", f"<sitemapindex {XMLNS}>{entries}</sitemapindex>")
    blog.put("/one.xml.gz", gzipped(urlset(blog, ["/posts/a/"])), content_type="application/gzip")
    blog.put("/two.xml", urlset(blog, ["/posts/b/", "/posts/a/"]))
    blog.put("/broken.xml", "<urlset>\n<url>")
    seen = read(blog, name="index.xml")
    assert seen.ids == {"/posts/a/", "/posts/b/"}
    assert "broken.xml, line 2" in seen.refused[f"{blog.url}/broken.xml"].reason
    assert not seen.complete


def test_pages_that_are_no_posts_say_why(blog: Website) -> None:
    blog.put("/hidden/", post(), headers={"X-Robots-Tag": "noindex, nofollow"})
    blog.put("/file.pdf", b"%PDF", content_type="application/pdf")
    blog.pages["/moved/"] = Page(status=301, headers={"Location": "/posts/a/"})
    blog.put("/posts/c", post(head='<link rel="canonical" href="/posts/a/">'))
    blog.put(
        "/sitemap.xml", urlset(blog, ["/hidden/", "/file.pdf", "/moved/", "/gone/", "/posts/c"])
    )
    assert read(blog).withheld == {
        "/hidden/": "noindex",
        "/file.pdf": "no web page: application/pdf",
        "/moved/": f"it redirects to {blog.url}/posts/a/",
        "/gone/": "gone: the host answers 404",
        "/posts/c": "it belongs to another page (its canonical address)",
    }


def test_a_page_that_fails_for_now_stays_as_it_was(blog: Website) -> None:
    first = read(blog)
    blog.pages["/posts/a/"] = Page(status=500)
    second = read(blog, first.state)
    assert (second.unchanged, second.complete) == ({"/posts/b/"}, True)
    assert second.refused[f"{blog.url}/posts/a/"].id == "/posts/a/"


def test_a_host_that_is_down_ends_the_survey(blog: Website) -> None:
    paths = [f"/posts/{n}/" for n in range(20)]
    blog.pages.update((path, Page(status=500)) for path in paths)
    blog.put("/sitemap.xml", urlset(blog, paths))
    with pytest.raises(Transient):
        read(blog)
    assert len(blog.asked) == 6
    blog.pages[paths[0]] = Page(status=429, headers={"Retry-After": "60"})
    with pytest.raises(Transient) as caught:
        read(blog)
    assert caught.value.delay == 60


def test_pages_of_other_hosts_are_not_asked_for(blog: Website) -> None:
    body = urlset(blog, ["/posts/a/"]).replace(
        "</urlset>", "<url><loc>http://127.0.0.1:1/x</loc></url></urlset>"
    )
    blog.put("/sitemap.xml", body)
    seen = read(blog)
    assert "another host" in seen.refused["http://127.0.0.1:1/x"].reason
    assert seen.complete


def test_an_empty_sitemap_takes_nothing_away(blog: Website) -> None:
    first = read(blog)
    blog.put("/sitemap.xml", urlset(blog, []))
    second = read(blog, first.state)
    assert (second.complete, second.state) == (False, first.state)


BOMB = (
    '<!DOCTYPE u [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n<urlset><url><loc>&b;</loc></url></urlset>'
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "line 1: the XML"),
        (b"<html></html>", "line 1: it is no sitemap: it begins with <html>"),
        (b"<urlset>\n<url>\n</urlset>", "line 3: the XML"),
        (BOMB.encode(), "the XML can't be read: (DTDForbidden|EntitiesForbidden)"),
        (b"\x1f\x8bnonsense", "gzip file can't be read"),
        (gzipped("<urlset></urlset>")[:-9], "gzip file breaks off"),
    ],
)
def test_what_is_no_sitemap_is_rejected(site: Website, body: bytes, said: str) -> None:
    site.put("/sitemap.xml", body)
    with pytest.raises(Rejected, match=said):
        read(site)


def test_a_sitemap_that_unpacks_without_end_is_rejected(site: Website) -> None:
    site.put("/sitemap.xml", gzipped(" " * 60_000_000))
    with pytest.raises(Rejected, match="larger than 52 MB"):
        read(site)


def test_no_sitemap_is_rejected(site: Website) -> None:
    with pytest.raises(Rejected, match="there is no sitemap at"):
        read(site)
