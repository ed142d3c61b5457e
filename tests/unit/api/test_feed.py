"""`GET /feeds/comments.atom` (RFC 4287)."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from pipeline.api.edge import Edge
from tests.support.asgi import Reply
from tests.support.world import World
from tests.unit.api.reading import PAGE, get, put, shown, unzipped

URL = "/feeds/comments.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(reply: Reply) -> ET.Element:
    assert reply.status == 200
    assert reply.headers[b"content-type"].startswith(b"application/atom+xml")
    return ET.fromstring(unzipped(reply))  # noqa: S314 - our own writing


def texts(element: ET.Element, path: str) -> list[str]:
    return [each.text or "" for each in element.findall(path.replace("/", "/" + ATOM))]


def check(feed: ET.Element) -> None:
    """What RFC 4287 requires of feeds and entries (sections 4.1.1, 4.1.2)."""
    for element in (feed, *feed.iter(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
        assert (element.findtext(ATOM + "id") or "").startswith("tag:")
        assert datetime.fromisoformat(element.findtext(ATOM + "updated") or "").tzinfo
        assert element.findtext(f"{ATOM}author/{ATOM}name")
    ids = [each.findtext(ATOM + "id") for each in feed.iter(ATOM + "entry")]
    assert len(set(ids)) == len(ids)


def test_the_newest_comments_are_a_valid_feed_newest_first(world: World, api: Edge) -> None:
    world.post("c1")
    world.clock.advance(minutes=1)
    world.post("c2", "Say <b>no</b> & go.", name="Bob & Co", page="/b/")
    world.work()
    feed = feed_of(get(api, URL))
    check(feed)
    entries = feed.findall(ATOM + "entry")
    assert [each.findtext(ATOM + "title") for each in entries] == [
        "Bob & Co on /b/",
        f"Ada on {PAGE}",
    ]
    content = entries[0].find(ATOM + "content")
    assert content is not None
    assert (content.get("type"), content.text) == (
        "html",
        "<p>Say &lt;b&gt;no&lt;/b&gt; &amp; go.</p>",
    )
    links = {link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}
    assert links == {"self": f"{URL}?site=blog", "alternate": "https://blog.example/"}


def test_a_page_has_a_feed_of_its_own(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    put(world.database, [shown(2)], page="/b/")
    feed = feed_of(get(api, f"{URL}?page=/b/"))
    check(feed)
    (entry,) = feed.findall(ATOM + "entry")
    link = entry.find(ATOM + "link")
    assert link is not None
    assert link.get("href") == "https://blog.example/b/#comment-2"
    assert (feed.findtext(ATOM + "id") or "").endswith(":comments/b/")


def test_an_empty_feed_is_valid_and_stays_the_same(bare_api: Edge) -> None:
    check(feed_of(get(bare_api, URL)))
    assert get(bare_api, URL).body == get(bare_api, URL).body


def test_a_feed_holds_the_newest_fifty(world: World, api: Edge) -> None:
    put(world.database, [shown(id_) for id_ in range(1, 61)])
    entries = feed_of(get(api, URL, accept_encoding="gzip")).findall(ATOM + "entry")
    assert [each.findtext(ATOM + "title") for each in entries][::49] == [
        f"Author 60 on {PAGE}",
        f"Author 11 on {PAGE}",
    ]


def test_an_unchanged_feed_is_not_modified(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    etag = get(api, URL).headers[b"etag"].decode()
    assert get(api, URL, if_none_match=etag).status == 304
    put(world.database, [shown(2)], version=2)
    assert get(api, URL, if_none_match=etag).status == 200


def test_what_xml_or_a_link_may_not_hold_is_taken_out(world: World, api: Edge) -> None:
    odd = "A\x00\x08\x1b\ud83d\ufffe]]>B"
    with pytest.raises(UnicodeEncodeError):
        odd.encode()
    row = shown(1, name=odd.replace("\ud83d", ""), website="https://x.example/a b<", html="\x0b<p>")
    put(world.database, [row], page='/"a"|b/')
    feed = feed_of(get(api, URL))
    check(feed)
    (entry,) = feed.findall(ATOM + "entry")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "A]]>B"
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == "https://x.example/a%20b%3C"
    link = entry.find(ATOM + "link")
    assert link is not None
    assert link.get("href") == "https://blog.example/%22a%22%7Cb/#comment-1"


@pytest.mark.parametrize(("query", "status"), [("page=x", 422), ("site=nobody", 404)])
def test_a_feed_of_nothing_is_a_problem(bare_api: Edge, query: str, status: int) -> None:
    reply = get(bare_api, f"{URL}?{query}")
    assert reply.status == status
    assert reply.headers[b"content-type"] == b"application/problem+json"
