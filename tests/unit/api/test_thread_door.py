"""`GET /api/comments`, from the request to the rows and back."""

import json
from datetime import timedelta

import pytest

from pipeline.api.edge import Edge
from pipeline.domain import events
from tests.support.world import World
from tests.unit.api.reading import PAGE, URL, flatten, get, put, shown, unzipped


def test_a_published_comment_is_read_with_its_reply(world: World, api: Edge) -> None:
    first = world.post("c1")
    world.post("c2", "I agree.", parent="c1", name="Bob")
    world.work()
    reply = get(api, URL)
    assert reply.status == 200
    assert reply.headers[b"content-type"] == b"application/json"
    thread = reply.json()
    assert (thread["page"], thread["count"]) == (PAGE, 2)
    (top,) = thread["comments"]
    assert (top["id"], top["parent"], top["author"]["name"]) == (str(first), None, "Ada")
    assert top["html"] == "<p>A fine post, thank you.</p>"
    assert [below["author"]["name"] for below in top["replies"]] == ["Bob"]


def test_a_page_nobody_commented_is_empty_and_has_an_etag(bare_api: Edge) -> None:
    reply = get(bare_api, "/api/comments?page=/nobody/")
    assert reply.status == 200
    assert reply.json() == {"page": "/nobody/", "count": 0, "comments": []}
    again = get(
        bare_api, "/api/comments?page=/nobody/", if_none_match=reply.headers[b"etag"].decode()
    )
    assert (again.status, again.body) == (304, b"")


def test_paging_through_a_thread_covers_it_once(world: World, api: Edge) -> None:
    put(world.database, [shown(id_, id_ - 1 if id_ % 3 else None) for id_ in range(1, 21)])
    ids: list[int] = []
    url = f"{URL}&limit=4"
    while True:
        part = get(api, url).json()
        assert part["count"] == 20
        ids += [int(comment["id"]) for comment in flatten(part["comments"])]
        if "next" not in part:
            break
        url = f"{URL}&limit=4&after={part['next']}"
    assert sorted(ids) == list(range(1, 21))


def test_a_chain_of_a_thousand_replies_is_read_as_json_and_html(world: World, api: Edge) -> None:
    put(world.database, [shown(id_, id_ - 1 or None) for id_ in range(1, 1001)])
    assert get(api, URL).body.count(b'"html":') == 1000
    html = unzipped(get(api, URL, accept="text/html", accept_encoding="gzip"))
    assert html.count(b'id="comment-') == 1000 + html.count(b'id="comment-form"')


def test_replies_to_what_is_hidden_elsewhere_or_in_a_circle_stay_visible(
    world: World, api: Edge
) -> None:
    put(world.database, [shown(50)], page="/other/")
    put(world.database, [shown(1, 99), shown(2, 50), shown(3, 4), shown(4, 3), shown(5, 4)])
    thread = get(api, URL).json()
    assert {comment["id"] for comment in flatten(thread["comments"])} == {"1", "2", "3", "4", "5"}
    assert [comment["id"] for comment in thread["comments"]] == ["1", "2", "3", "4"]


def test_a_removed_parent_is_a_place_holder_for_its_replies(world: World, api: Edge) -> None:
    parent = world.post("c1", name="Gone")
    world.post("c2", "A reply.", parent="c1")
    world.work()
    world.send(events.COMMENT_REMOVED, {"id": "c1"})
    world.clock.advance(minutes=1)
    world.work()
    reply = get(api, URL)
    (top,) = reply.json()["comments"]
    assert (top["id"], top["removed"], len(top["replies"])) == (str(parent), True, 1)
    assert "author" not in top
    assert "html" not in top
    html = get(api, URL, accept="text/html").body
    assert b"This comment was removed." in html
    assert b"Gone" not in html + reply.body


def test_what_is_held_or_rejected_is_nowhere(world: World, api: Edge) -> None:
    world.post("c1", "casino bonus viagra " * 30 + "https://a.example https://b.example")
    world.work()
    for accept in ("text/html", "application/json"):
        body = get(api, URL, accept=accept).body
        assert b"casino" not in body
        assert b"Ada" not in body


def test_head_has_the_headers_of_get_and_no_body(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    asked, told = get(api, URL, "HEAD"), get(api, URL)
    assert asked.body == b""
    same = (b"etag", b"content-length", b"content-type")
    assert [asked.headers[name] for name in same] == [told.headers[name] for name in same]


@pytest.mark.parametrize("extra", ["&limit=0", "&after=x", "&site=nobody", "&limit=%00"])
def test_odd_values_are_told_apart_from_what_is_not_there(bare_api: Edge, extra: str) -> None:
    reply = get(bare_api, URL + extra)
    assert reply.status == (404 if "site" in extra else 422)
    assert reply.headers[b"content-type"] == b"application/problem+json"
    assert set(reply.json()) == {"type", "title", "status", "detail"}


def test_an_imported_old_comment_stands_where_its_time_puts_it(world: World, api: Edge) -> None:
    put(world.database, [shown(1), shown(2), shown(9, at=shown(0).at)])
    assert [comment["id"] for comment in get(api, URL).json()["comments"]] == ["9", "1", "2"]


def test_comments_of_one_moment_keep_their_order_over_pages(world: World, api: Edge) -> None:
    same = shown(0).at - timedelta(days=20_000)  # before 1970 too
    put(world.database, [shown(id_, at=same) for id_ in (3, 1, 2)])
    first = json.loads(get(api, f"{URL}&limit=1").body)
    rest = json.loads(get(api, f"{URL}&after={first['next']}").body)
    assert [c["id"] for c in first["comments"] + rest["comments"]] == ["1", "2", "3"]
