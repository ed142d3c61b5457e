"""`POST /webhooks/{source}`: every answer of the contract's table."""

import asyncio
import gzip
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store import ledger, log
from pipeline.store.log import Filter
from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.signatures import sign_standard
from tests.support.asgi import Reply, call, request
from tests.support.examples import SHARED
from tests.support.world import SECRET, World

PATH = "/webhooks/blog"
DATA = {
    "id": "c1",
    "page": "/a/",
    "page_url": "https://blog.example/a/",
    "author": {"name": "Ada"},
    "text": "Hello.",
}


def body_of(data: dict[str, Any] = DATA, type_: str = "comment.posted") -> bytes:
    return msgspec.json.encode({"type": type_, "timestamp": "2026-06-01T12:00:00Z", "data": data})


def signed(world: World, body: bytes, id_: str = "m1", **headers: str) -> dict[str, str]:
    own = sign_standard(body, message_id=id_, secret=SECRET, now=world.clock())
    return {"content-type": "application/json"} | own | headers


def post(
    world: World, door: WebhookDoor, body: bytes | None = None, id_: str = "m1", **headers: str
) -> Reply:
    body = body_of() if body is None else body
    return call(door, PATH, body, headers=signed(world, body, id_, **headers))


def stored(world: World) -> list[log.StoredEvent]:
    with world.database.read() as db:
        return log.listing(db, Filter(), limit=100)


def test_a_signed_event_is_accepted_after_its_commit(world: World, door: WebhookDoor) -> None:
    reply = post(world, door)
    (event,) = stored(world)
    assert (reply.status, reply.json()) == (
        202,
        {"event_id": str(event.id), "status": "accepted"},
    )
    assert (event.external_id, event.type, event.subject) == (
        "m1",
        "comment.posted",
        "comment:blog:c1",
    )
    with world.database.read() as db:
        assert [d.handler for d in ledger.of_event(db, event.id)] == ["comments.moderate"]


def test_a_repeat_is_a_duplicate_and_another_body_a_conflict(
    world: World, door: WebhookDoor
) -> None:
    first, again = post(world, door), post(world, door)
    other = post(world, door, body_of(DATA | {"text": "Other."}))
    assert [first.status, again.status, other.status] == [202, 200, 409]
    assert again.json()["status"] == "duplicate"
    assert other.headers[b"content-type"] == b"application/problem+json"
    (event,) = stored(world)
    assert "Hello." in event.data


def test_fifty_at_once_with_one_id_are_one_event(world: World, door: WebhookDoor) -> None:
    body = body_of()
    headers = signed(world, body)

    async def storm() -> list[Reply]:
        return await asyncio.gather(
            *(request(door, PATH, body, headers=headers) for _ in range(50))
        )

    statuses = [reply.status for reply in asyncio.run(storm())]
    assert sorted(statuses) == [200] * 49 + [202]
    assert len(stored(world)) == 1


def test_an_unknown_type_is_stored_and_unhandled(world: World, door: WebhookDoor) -> None:
    assert post(world, door, body_of({"any": "thing"}, "weather.changed")).status == 202
    with world.database.read() as db:
        (event,) = log.listing(db, Filter(state="unhandled"), limit=10)
    assert event.type == "weather.changed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (body_of()[:-5], 400),
        (b"\xff\xfe", 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"type":"a","timestamp":"2026-06-01T12:00:00Z","data":' + b"[" * 10_000, 400),
        (body_of(DATA | {"text": ""}), 422),
        (body_of({"id": "c1"}), 422),
        (body_of(type_="comment.published"), 422),
        (body_of(DATA | {"text": "a\0b"}), 422),
        (b" " * 300_000, 413),
    ],
)
def test_what_can_not_be_read_is_refused_and_nothing_is_stored(
    world: World, door: WebhookDoor, body: bytes, status: int
) -> None:
    reply = post(world, door, body)
    assert reply.status == status
    assert reply.json()["type"].startswith("/problems/")
    assert stored(world) == []


@pytest.mark.parametrize("seconds", [-301, 301, 3600, -3600])
def test_a_timestamp_outside_the_tolerance_is_refused(
    world: World, door: WebhookDoor, seconds: int
) -> None:
    body = body_of()
    headers = signed(world, body)
    world.clock.advance(seconds=seconds)
    assert call(door, PATH, body, headers=headers).status == 401


def test_a_changed_byte_is_refused(world: World, door: WebhookDoor) -> None:
    headers = signed(world, body_of())
    assert call(door, PATH, body_of(DATA | {"text": "x"}), headers=headers).status == 401


def test_an_unknown_source_and_a_wrong_method_are_told(door: WebhookDoor) -> None:
    assert call(door, "/webhooks/nobody", b"{}").status == 404
    assert call(door, PATH, method="GET").status == 405


def test_the_form_source_takes_no_webhooks(world: World, door: WebhookDoor) -> None:
    body = body_of()
    assert call(door, "/webhooks/form", body, headers=signed(world, body)).status == 401


def test_the_cloudevents_handshake_names_who_may_send(door: WebhookDoor) -> None:
    asked = {"WebHook-Request-Origin": "eventemitter.example"}
    reply = call(door, PATH, method="OPTIONS", headers=asked)
    assert reply.status == 204
    assert reply.headers[b"webhook-allowed-origin"] == b"eventemitter.example"
    assert b"webhook-allowed-origin" not in call(door, PATH, method="OPTIONS").headers


def test_a_batch_of_cloudevents_is_one_answer(world: World, door: WebhookDoor) -> None:
    events = [
        {
            "specversion": "1.0",
            "id": f"e{i}",
            "source": "/blog",
            "type": "comment.posted",
            "data": DATA | {"id": f"c{i}"},
        }
        for i in range(3)
    ]
    body = msgspec.json.encode(events)
    media = "application/cloudevents-batch+json"
    reply = call(door, PATH, body, headers=signed(world, body) | {"content-type": media})
    assert reply.status == 202
    assert [each["status"] for each in reply.json()["events"]] == ["accepted"] * 3
    again = call(door, PATH, body, headers=signed(world, body) | {"content-type": media})
    assert again.status == 200


def test_a_gzipped_body_is_read_and_a_bomb_is_not(world: World, door: WebhookDoor) -> None:
    body = body_of()
    headers = signed(world, body) | {"content-encoding": "gzip"}
    assert call(door, PATH, gzip.compress(body), headers=headers).status == 202
    bomb = gzip.compress(b"\0" * 5_000_000)
    assert len(bomb) < 10_000
    assert call(door, PATH, bomb, headers=headers).status == 413


def test_a_body_is_counted_while_it_arrives(world: World, door: WebhookDoor) -> None:
    parts = [b"x" * 65_536] * 5
    assert call(door, PATH, parts, headers=signed(world, b"")).status == 413
    whole = body_of()
    halves = [whole[:100], whole[100:]]
    assert call(door, PATH, halves, headers=signed(world, whole)).status == 202


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-encoding": "br"}, 415),
        ({"content-encoding": "gzip"}, 400),
        ({"content-length": "9999999"}, 413),
    ],
)
def test_media_types_encodings_and_lengths_are_checked(
    world: World, door: WebhookDoor, headers: dict[str, str], status: int
) -> None:
    body = body_of()
    assert call(door, PATH, body, headers=signed(world, body) | headers).status == status


def test_a_compressed_body_cut_short_is_refused(world: World, door: WebhookDoor) -> None:
    body = body_of()
    headers = signed(world, body) | {"content-encoding": "gzip"}
    assert call(door, PATH, gzip.compress(body)[:-8], headers=headers).status == 400


def test_a_request_id_comes_back_where_it_is_harmless(world: World, door: WebhookDoor) -> None:
    assert post(world, door, **{"x-request-id": "abc-1"}).headers[b"x-request-id"] == b"abc-1"
    odd = post(world, door, **{"x-request-id": "a\tb"}).headers[b"x-request-id"]
    assert odd != b"a\tb"


@settings(SHARED, max_examples=60)
@given(body=st.binary(max_size=600), type_=st.sampled_from(["application/json", "x", "", "a/b;c"]))
def test_no_signed_bytes_make_it_fail(
    world: World, door: WebhookDoor, body: bytes, type_: str
) -> None:
    headers = signed(world, body) | {"content-type": type_}
    assert call(door, PATH, body, headers=headers).status < 500
