"""X's Activity API: who followed whom is `follow.added` or `follow.removed`.

Source: docs.x.com, "X Activity API event payload examples". Its OpenAPI file has users bare in
`source` and `target`, its examples have them in `data`: both are read.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from pipeline.domain.events import FOLLOW_ADDED, FOLLOW_REMOVED, X_ACTIVITY
from pipeline.domain.graph.facts import FollowChanged, Party
from pipeline.errors import UnreadableError
from pipeline.webhooks.envelopes import media
from pipeline.webhooks.envelopes.attributes import event_id
from pipeline.webhooks.envelopes.jsontext import check, fields
from pipeline.webhooks.envelopes.types import Incoming

_FOLLOWS = {"follow.follow": FOLLOW_ADDED, "follow.unfollow": FOLLOW_REMOVED}


class _Activity(msgspec.Struct):
    event_uuid: str
    event_type: str
    payload: Any = None


class _Envelope(msgspec.Struct):
    data: _Activity


class _User(msgspec.Struct):
    id: str
    username: str | None = None
    name: str | None = None


class _Wrapped(msgspec.Struct):
    data: _User


class _Follow(msgspec.Struct):
    source: Any
    target: Any


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event: a change of an edge, or `x.activity` with the body as it came, whatever it tells.

    Of the two accounts only id, username and name are kept: nobody reads the rest of their
    profiles. X does not say when it happened.
    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    media.require(headers.get(b"content-type"), media.JSON_ONLY)
    value = check(body)
    try:
        activity = msgspec.convert(value, _Envelope).data
    except msgspec.ValidationError as err:
        raise UnreadableError(f"the body is not an event of X's Activity API: {err}") from None
    id_ = event_id(activity.event_uuid)
    type_ = _FOLLOWS.get(activity.event_type)
    if type_ is None:
        return [Incoming(X_ACTIVITY, id_, None, body)]
    return [Incoming(type_, id_, None, msgspec.json.encode(_change(activity)))]


def _change(activity: _Activity) -> FollowChanged:
    what = f"X's {activity.event_type}"
    edge = fields(activity.payload, _Follow, what)
    return FollowChanged(follower=_party(edge.source, what), followed=_party(edge.target, what))


def _party(value: Any, what: str) -> Party:
    wrapped = isinstance(value, dict) and isinstance(value.get("data"), dict)
    user = fields(value, _Wrapped, what).data if wrapped else fields(value, _User, what)
    return Party(user.id, username=user.username or None, name=user.name or None)
