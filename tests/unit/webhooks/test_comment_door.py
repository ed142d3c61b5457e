"""`POST /comments`: the browser's door."""

from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.events import CommentPosted
from pipeline.settings import Settings
from pipeline.store import log
from pipeline.store.database import Database
from pipeline.store.log import Filter
from pipeline.webhooks.comment_door import CommentDoor
from pipeline.webhooks.writer import Writer
from tests.support.asgi import Reply, call
from tests.support.examples import SHARED
from tests.support.world import World

ORIGIN = "https://blog.example"
FIELDS = {"page": "/a/", "name": "Ada", "text": "Hello."}
FORM = "application/x-www-form-urlencoded"


def post_json(door: CommentDoor, fields: object, **headers: str) -> Reply:
    own = {"origin": ORIGIN, "content-type": "application/json"}
    return call(door, "/comments", msgspec.json.encode(fields), headers=own | headers)


def post_form(door: CommentDoor, fields: dict[str, str], **headers: str) -> Reply:
    own = {"origin": ORIGIN, "content-type": FORM}
    return call(door, "/comments", urlencode(fields).encode(), headers=own | headers)


def facts(world: World) -> list[CommentPosted]:
    with world.database.read() as db:
        return [e.fact(CommentPosted) for e in log.listing(db, Filter(), limit=10)]


def test_the_widget_gets_json_and_cors(world: World, comment_door: CommentDoor) -> None:
    reply = post_json(comment_door, FIELDS, **{"user-agent": "Mozilla/5.0"})
    assert reply.status == 202
    assert reply.headers[b"access-control-allow-origin"] == ORIGIN.encode()
    (fact,) = facts(world)
    assert (fact.author.name, fact.ip, fact.user_agent) == ("Ada", "203.0.113.9", "Mozilla/5.0")
    assert fact.page_url == "https://blog.example/a/"


def test_a_plain_form_leads_back_to_its_page(world: World, comment_door: CommentDoor) -> None:
    reply = post_form(comment_door, FIELDS | {"text": "two\r\nlines", "email": "", "phone": ""})
    assert reply.status == 303
    assert reply.headers[b"location"] == b"https://blog.example/a/?comment=accepted#comments"
    (fact,) = facts(world)
    assert (fact.text, fact.author.email, fact.honeypot) == ("two\nlines", None, "")


def test_a_multipart_form_is_the_same(world: World, comment_door: CommentDoor) -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
        for k, v in FIELDS.items()
    )
    headers = {"origin": ORIGIN, "content-type": "multipart/form-data; boundary=b"}
    reply = call(comment_door, "/comments", (parts + "--b--\r\n").encode(), headers=headers)
    assert reply.status == 303
    assert facts(world)[0].text == "Hello."


def test_a_double_click_is_one_comment(world: World, comment_door: CommentDoor) -> None:
    first, again = post_json(comment_door, FIELDS), post_json(comment_door, FIELDS)
    assert (first.status, again.status) == (202, 200)
    assert first.json()["event_id"] == again.json()["event_id"]
    world.clock.advance(minutes=11)
    assert post_json(comment_door, FIELDS).status == 202


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://evil-blog.example",
        "https://blog.example.evil",
        "http://blog.example",
        "https://blog.example:444",
        "null",
        "",
    ],
)
def test_another_origin_may_not_post(world: World, comment_door: CommentDoor, origin: str) -> None:
    assert post_json(comment_door, FIELDS, origin=origin).status == 403
    assert facts(world) == []


def test_without_an_origin_the_referer_decides(comment_door: CommentDoor) -> None:
    headers = {"content-type": FORM, "referer": "https://blog.example/a/"}
    assert (
        call(comment_door, "/comments", urlencode(FIELDS).encode(), headers=headers).status == 303
    )
    bare = {"content-type": FORM}
    assert call(comment_door, "/comments", urlencode(FIELDS).encode(), headers=bare).status == 403


@pytest.mark.parametrize(
    "page_url", ["https://evil.example/x", "javascript:alert(1)", "//evil.example", "https://[x"]
)
def test_the_way_back_never_leaves_the_site(comment_door: CommentDoor, page_url: str) -> None:
    reply = post_form(comment_door, FIELDS | {"page_url": page_url})
    assert reply.headers[b"location"].startswith(b"https://blog.example/a/")


def test_a_wrong_field_is_told_and_a_form_is_led_back(
    world: World, comment_door: CommentDoor
) -> None:
    assert post_json(comment_door, FIELDS | {"text": ""}).status == 422
    assert post_json(comment_door, {"page": "/a/"}).status == 422
    assert post_json(comment_door, FIELDS | {"name": "a\0"}).status == 422
    back = post_form(comment_door, FIELDS | {"email": "nobody"})
    assert (back.status, b"comment=invalid" in back.headers[b"location"]) == (303, True)
    assert facts(world) == []


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"x", "text/plain", 415),
        (b"x", "", 415),
        (b"x=1", FORM, 422),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", 422),
        (b"x", "multipart/form-data", 400),
    ],
)
def test_what_can_not_be_read_is_refused(
    comment_door: CommentDoor, body: bytes, media: str, status: int
) -> None:
    headers = {"origin": ORIGIN, "content-type": media}
    assert call(comment_door, "/comments", body, headers=headers).status == status


def test_the_time_to_write_is_measured_where_the_page_says_it(
    world: World, comment_door: CommentDoor
) -> None:
    now_ms = int(world.clock().timestamp() * 1000)
    for number, shown in enumerate([now_ms - 4000, now_ms + 9000, "soon", None]):
        post_json(comment_door, FIELDS | {"text": f"{number}", "t": shown})
    assert sorted((f.text, f.seconds_to_write) for f in facts(world)) == [
        ("0", 4.0),
        ("1", None),
        ("2", None),
        ("3", None),
    ]


def test_preflight_and_other_methods(comment_door: CommentDoor) -> None:
    asked = call(comment_door, "/comments", method="OPTIONS", headers={"origin": ORIGIN})
    assert asked.status == 204
    assert asked.headers[b"access-control-allow-methods"] == b"POST, OPTIONS"
    assert call(comment_door, "/comments", method="GET", headers={"origin": ORIGIN}).status == 405


def test_one_address_may_post_so_many_a_minute(
    database: Database, world: World, writer: Writer
) -> None:
    settings_: Settings = World(
        database, world.clock, world.settings.home, comment_rate="6/m"
    ).settings
    door = CommentDoor(settings_, writer, world.container.ids, world.clock)
    replies = [post_json(door, FIELDS | {"text": f"{i}"}) for i in range(8)]
    assert [reply.status for reply in replies].count(429) == 3
    assert int(replies[-1].headers[b"retry-after"]) >= 1


@settings(SHARED, max_examples=60)
@given(
    body=st.binary(max_size=400),
    media=st.sampled_from(["application/json", FORM, "multipart/form-data; boundary=b", ""]),
)
def test_no_bytes_make_it_fail(comment_door: CommentDoor, body: bytes, media: str) -> None:
    headers = {"origin": ORIGIN, "content-type": media}
    reply = call(comment_door, "/comments", body, headers=headers)
    assert reply.status < 500
