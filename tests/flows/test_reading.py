"""From a comment's event to what readers get, on both databases."""

import asyncio

import pytest

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.domain import events
from pipeline.domain.decisions import Action, Reason
from pipeline.ingest.comments.decide import Order, decide
from tests.support.asgi import Reply, request
from tests.support.world import World

URL = "/api/comments"
QUERY = "page=/posts/a/"


@pytest.fixture
def api(world: World) -> Edge:
    return make_api(world.container, "memory://")


def get(api: Edge, path: str = URL, query: str = QUERY, etag: str = "") -> Reply:
    headers = {"if-none-match": etag} if etag else {}
    return asyncio.run(request(api, path, method="GET", query=query, headers=headers))


def test_readers_follow_a_comment_from_posting_to_its_removal(world: World, api: Edge) -> None:
    posted = world.post("c1")
    assert get(api).json()["count"] == 0
    world.work()
    first = get(api)
    assert first.json()["comments"][0]["html"] == "<p>A fine post, thank you.</p>"
    assert get(api, etag=first.headers[b"etag"].decode()).status == 304
    world.clock.advance(minutes=1)
    world.send(events.COMMENT_EDITED, {"id": "c1", "text": "Better words."})
    world.work()
    edited = get(api, etag=first.headers[b"etag"].decode())
    assert edited.status == 200
    assert edited.json()["comments"][0]["html"] == "<p>Better words.</p>"
    world.clock.advance(minutes=1)
    with world.database.write() as db:
        decide(db, world.container.ids, Order(posted, Action.REJECT, Reason.SPAM, "owner"))
    gone = get(api, etag=edited.headers[b"etag"].decode())
    assert (gone.status, gone.json()["comments"]) == (200, [])


def test_a_thread_is_read_in_any_order_of_arrival(world: World, api: Edge) -> None:
    world.post("c3", "Third.", parent="c2", name="Cy")
    world.post("c2", "Second.", parent="c1", name="Bob")
    world.work()
    world.post("c1")
    world.work()
    (top,) = get(api).json()["comments"]
    (below,) = top["replies"]
    names = [each["author"]["name"] for each in (top, below, below["replies"][0])]
    assert names == ["Ada", "Bob", "Cy"]


def test_counts_and_feed_follow_too(world: World, api: Edge) -> None:
    world.post("c1")
    world.post("c2", "Elsewhere.", page="/b/", name="Bob")
    world.work()
    counted = get(api, f"{URL}/counts", "page=/posts/a/&page=/b/&page=/c/")
    assert counted.json() == {"counts": {"/posts/a/": 1, "/b/": 1, "/c/": 0}}
    feed = get(api, "/feeds/comments.atom", "")
    assert feed.body.count(b"<entry>") == 2
    assert get(api, "/readyz", "").status == 200
    assert b'afterword_comments{state="published"} 2.0' in get(api, "/metrics", "").body
