"""`GET /api/comments/counts`."""

from pipeline.api.edge import Edge
from tests.support.world import World
from tests.unit.api.reading import PAGE, get, put, shown

URL = f"/api/comments/counts?page={PAGE}&page=/nobody/"


def test_many_pages_are_counted_in_one_call(world: World, api: Edge) -> None:
    put(world.database, [shown(1), shown(2)])
    reply = get(api, URL)
    assert reply.json() == {"counts": {PAGE: 2, "/nobody/": 0}}
    assert reply.headers[b"cache-control"].startswith(b"max-age=")


def test_unchanged_counts_are_not_modified(world: World, api: Edge) -> None:
    etag = get(api, URL).headers[b"etag"].decode()
    assert get(api, URL, if_none_match=etag).status == 304
    put(world.database, [shown(1)])
    assert get(api, URL, if_none_match=etag).status == 200


def test_more_than_a_hundred_pages_are_refused(bare_api: Edge) -> None:
    reply = get(bare_api, "/api/comments/counts?" + "&".join(["page=/a/"] * 101))
    assert reply.status == 422
    assert "101" in reply.json()["detail"]
