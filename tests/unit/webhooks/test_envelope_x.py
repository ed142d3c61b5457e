"""What X's Activity API tells, as events."""

import json
from typing import Any

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, UnsupportedMediaError, parse

ADA = {
    "id": "7",
    "username": "ada",
    "name": "Ada L.",
    "protected": False,
    "url": "https://a.example",
}
BOB = {"id": "9", "username": "bob", "name": "", "public_metrics": {"followers_count": 1}}


def activity(type_: str = "follow.follow", **fields: Any) -> dict[str, Any]:
    """As X's OpenAPI file has it; `fields` replace those of `data`."""
    about = {"filter": {"user_id": "7"}, "event_type": type_, "tag": "follows"}
    payload = {"source": ADA, "target": BOB}
    return {"data": {"event_uuid": "-7953119945885597316", "payload": payload} | about | fields}


def read(body: object, **headers: bytes) -> Incoming:
    head = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    [event] = parse(Scheme.X, headers=head, body=json.dumps(body).encode())
    return event


@pytest.mark.parametrize(
    ("type_", "ours"), [("follow.follow", "follow.added"), ("follow.unfollow", "follow.removed")]
)
def test_a_follow_is_mapped_and_keeps_x_s_id(type_: str, ours: str) -> None:
    event = read(activity(type_))
    assert (event.type, event.id, event.at) == (ours, "-7953119945885597316", None)
    assert json.loads(event.data) == {
        "follower": {"id": "7", "username": "ada", "name": "Ada L."},
        "followed": {"id": "9", "username": "bob"},
    }


def test_users_in_data_of_their_own_are_read_the_same() -> None:
    wrapped = {"source": {"data": ADA}, "target": {"data": BOB}}
    assert read(activity(payload=wrapped)) == read(activity())


def test_any_other_activity_keeps_its_body() -> None:
    body = activity("profile.update.bio", payload={"before": "a", "after": "b"})
    event = read(body)
    assert (event.type, event.id) == ("x.activity", "-7953119945885597316")
    assert json.loads(event.data) == body


@pytest.mark.parametrize(
    "body",
    [[], {}, {"data": {}}, {"data": None}, 1, activity(event_uuid=1), {"errors": [{"title": "x"}]}],
)
def test_what_is_no_activity_is_unreadable(body: object) -> None:
    with pytest.raises(UnreadableError, match="Activity API"):
        read(body)


@pytest.mark.parametrize(
    "fields",
    [
        {"payload": None},
        {"payload": {"source": ADA}},
        {"payload": {"source": ADA, "target": {"data": {}}}},
        {"payload": {"source": ADA, "target": {"id": 9}}},
        {"payload": {"source": ADA, "target": "bob"}},
        {"event_uuid": ""},
        {"event_uuid": "é"},
    ],
)
def test_an_activity_with_wrong_fields_is_told(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidEventError):
        read(activity(**fields))


def test_x_sends_json_alone() -> None:
    with pytest.raises(UnsupportedMediaError):
        read(activity(), content_type=b"application/x-www-form-urlencoded")
