import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, parse

Json = dict[str, Any]
POST = {
    "id": "5ddc9141c35e7700383b2937",
    "uuid": "a5aa9bd8-ea31-415c-b452-3040dae1e730",
    "title": "Welcome",
    "html": "<p>Open.</p><!--members-only--><p>Paid.</p>",
    "status": "published",
    "visibility": "public",
    "updated_at": "2026-01-31T12:00:00.123Z",
    "published_at": "2026-01-31T11:00:00.000Z",
    "custom_excerpt": None,
    "tags": [
        {"name": "Python", "visibility": "public"},
        {"name": "#hidden", "visibility": "internal"},
    ],
    "primary_author": {"name": "Ada"},
    "url": "https://blog.example/welcome/",
}
UPDATED_MS = 1769860800123
PUBLISHED = {
    "id": POST["id"],
    "url": POST["url"],
    "title": "Welcome",
    "body": POST["html"],
    "format": "html",
    "published_at": POST["published_at"],
    "updated_at": POST["updated_at"],
    "revision": UPDATED_MS,
    "tags": ["Python"],
    "author": "Ada",
}


def read(scheme: Scheme, body: object, **headers: bytes) -> Incoming:
    head = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    [event] = parse(scheme, headers=head, body=json.dumps(body).encode())
    return event


def ghost(current: Json, previous: Json | None = None, *, resource: str = "post") -> Incoming:
    change = {"current": current, "previous": previous or {}}
    signature = b"sha256=" + b"0" * 64 + b", t=1769860801000"
    return read(Scheme.GHOST, {resource: change}, x_ghost_signature=signature)


@pytest.mark.parametrize(
    "previous", [{"status": "draft"}, {"status": "scheduled"}, {}, {"title": "Old"}]
)
def test_a_ghost_post_that_is_published_or_edited_after_that(previous: Json) -> None:
    event = ghost(POST, previous)
    assert (event.type, event.id) == ("post.published", None)
    assert event.at == datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC)
    assert json.loads(event.data) == PUBLISHED


def test_what_ghost_keeps_for_members_stays_out() -> None:
    assert json.loads(ghost(POST | {"visibility": "paid"}).data)["body"] == "<p>Open.</p>"
    closed = POST | {"visibility": "members", "html": "<p>Paid.</p>"}
    assert json.loads(ghost(closed).data)["body"] == ""


def test_a_ghost_post_may_lack_what_is_optional() -> None:
    bare = {name: POST[name] for name in ("id", "url", "title", "published_at", "status")}
    data = json.loads(ghost(bare).data)
    assert data == {key: value for key, value in bare.items() if key != "status"} | {
        "body": "",
        "format": "html",
        "tags": [],
    }


def test_a_ghost_post_that_is_hidden_is_removed_at_its_own_time() -> None:
    event = ghost(POST | {"status": "draft"}, {"status": "published"})
    assert event.type == "post.removed"
    assert json.loads(event.data) == {"id": POST["id"], "revision": UPDATED_MS}


def test_a_ghost_post_that_is_deleted_is_removed_after_all_its_edits() -> None:
    event = ghost({}, POST)
    assert event.at == datetime(2026, 1, 31, 12, 0, 1, tzinfo=UTC)
    assert json.loads(event.data) == {"id": POST["id"], "revision": 1769860801000}


def test_a_deletion_without_a_readable_signature_keeps_the_last_known_time() -> None:
    body = {"post": {"current": {}, "previous": POST}}
    event = read(Scheme.GHOST, body, x_ghost_signature=b"?")
    assert json.loads(event.data)["revision"] == UPDATED_MS


@pytest.mark.parametrize(
    ("resource", "current", "previous"),
    [
        ("post", POST | {"status": "draft"}, {}),
        ("post", POST | {"status": "scheduled"}, {"status": "draft"}),
        ("post", POST | {"status": "sent"}, {"status": "draft"}),
        ("page", POST, {"status": "draft"}),
        ("member", {"email": "a@b.example"}, {}),
        ("site", {}, {}),
    ],
)
def test_the_rest_of_ghost_keeps_its_resource(resource: str, current: Json, previous: Json) -> None:
    event = ghost(current, previous, resource=resource)
    assert event.type == f"ghost.{resource}"
    assert json.loads(event.data) == {resource: {"current": current, "previous": previous}}


@pytest.mark.parametrize("body", [[], {}, {"post": {}, "page": {}}, 1])
def test_what_is_no_ghost_webhook_can_t_be_read(body: object) -> None:
    with pytest.raises(UnreadableError, match="not a Ghost webhook"):
        read(Scheme.GHOST, body)


@pytest.mark.parametrize(
    ("current", "previous", "problem"),
    [
        (POST | {"title": None}, {}, "title"),
        (POST | {"tags": [1]}, {}, "tags"),
        (POST | {"updated_at": "soon"}, {}, "updated_at must be an RFC 3339 time"),
        ({}, {}, "id"),
        ([], {}, "current"),
    ],
)
def test_a_ghost_post_with_wrong_fields_is_refused(
    current: Any, previous: Json, problem: str
) -> None:
    with pytest.raises(InvalidEventError, match=problem):
        ghost(current, previous)


def test_an_odd_ghost_resource_is_no_type() -> None:
    with pytest.raises(InvalidEventError, match="type is"):
        ghost({}, resource="a-b")
