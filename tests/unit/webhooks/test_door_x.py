"""X at the webhooks' door: its challenge, its events."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.settings import Source
from pipeline.store import ledger, log
from pipeline.store.log import Filter, StoredEvent
from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.writer import Writer
from tests.support.asgi import Reply, call
from tests.support.world import SITE, SOURCES, World

KEY = "consumer secret"
PATH = "/webhooks/graph"
FOLLOW = {
    "data": {
        "event_uuid": "41",
        "event_type": "follow.follow",
        "payload": {"source": {"id": "7"}, "target": {"id": "9"}},
    }
}


@pytest.fixture
def x(world: World, tmp_path: Path) -> World:
    """A world with a source of X's, one call a second for each address."""
    source = Source(scheme=Scheme.X, secrets=(KEY,))
    sources = SOURCES | {"graph": source}
    settings = {"sources": sources, "sites": {"blog": SITE}, "address_rate": "1/s"}
    return World(world.database, world.clock, tmp_path, **settings)


@pytest.fixture
def door(x: World) -> Iterator[WebhookDoor]:
    writer = Writer(x.database, clock=x.clock, wake=lambda: None)
    writer.start()
    yield WebhookDoor(x.settings, writer, x.container.ids, x.clock)
    writer.stop()


def signature(message: bytes) -> str:
    digest = hmac.new(KEY.encode(), message, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def post(door: WebhookDoor, body: object, **headers: str) -> Reply:
    raw = json.dumps(body).encode()
    return call(door, PATH, raw, headers={"x-twitter-webhooks-signature": signature(raw)} | headers)


def stored(world: World) -> list[StoredEvent]:
    with world.database.read() as db:
        return log.listing(db, Filter(), limit=100)


def test_the_challenge_is_answered(door: WebhookDoor) -> None:
    reply = call(door, PATH, method="GET", query="crc_token=abc")
    assert (reply.status, reply.json()) == (200, {"response_token": signature(b"abc")})


def test_what_is_no_challenge_is_told(door: WebhookDoor) -> None:
    assert call(door, PATH, method="GET").status == 400
    assert call(door, PATH, method="GET", query="crc_token=" + "a" * 257).status == 400


def test_only_x_is_challenged(door: WebhookDoor) -> None:
    challenge = {"method": "GET", "query": "crc_token=abc"}
    assert call(door, "/webhooks/blog", **challenge).status == 405
    assert call(door, "/webhooks/nobody", **challenge).status == 404
    assert call(door, PATH, method="HEAD", query="crc_token=abc").status == 405
    assert call(door, PATH, method="OPTIONS").status == 204


def test_challenges_cost_the_asker_s_own_tokens(door: WebhookDoor) -> None:
    statuses = [call(door, PATH, method="GET", query="crc_token=a").status for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_a_challenge_without_an_active_secret_is_refused(door: WebhookDoor) -> None:
    door._senders["graph"].secrets = ()
    assert call(door, PATH, method="GET", query="crc_token=abc").status == 401


def test_a_follow_is_accepted_under_x_s_id(x: World, door: WebhookDoor) -> None:
    assert post(door, FOLLOW).status == 202
    assert post(door, FOLLOW).json()["status"] == "duplicate"
    [event] = stored(x)
    assert (event.source, event.external_id, event.type) == ("graph", "41", "follow.added")
    assert event.subject == "follow:graph:7>9"
    with x.database.read() as db:
        assert [duty.handler for duty in ledger.of_event(db, event.id)] == ["graph.observe"]


def test_an_activity_nobody_works_is_stored_all_the_same(x: World, door: WebhookDoor) -> None:
    body = {"data": {"event_uuid": "42", "event_type": "post.create", "payload": {}}}
    assert post(door, body).status == 202
    [event] = stored(x)
    assert (event.type, json.loads(event.data)) == ("x.activity", body)
    with x.database.read() as db:
        assert ledger.of_event(db, event.id) == []


def test_a_wrong_signature_a_wrong_body_and_wrong_fields_are_told(door: WebhookDoor) -> None:
    assert post(door, FOLLOW, **{"x-twitter-webhooks-signature": "sha256=no"}).status == 401
    assert post(door, {"for_user_id": "7"}).status == 400
    broken = {"data": FOLLOW["data"] | {"payload": {"source": {"id": "7"}}}}
    assert post(door, broken).status == 422
