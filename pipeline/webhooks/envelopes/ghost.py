"""Ghost: which of its events this is must be told from the post's state, for no header says it.

Source: Ghost, ghost/core/core/server/services/webhooks/serialize.js (`current` is the post after
the change, empty once it is deleted; `previous` holds what changed).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pipeline.errors import UnreadableError
from pipeline.webhooks.envelopes import ghostpost, media
from pipeline.webhooks.envelopes.attributes import event_type
from pipeline.webhooks.envelopes.jsontext import check, fields
from pipeline.webhooks.envelopes.types import Incoming
from pipeline.webhooks.signatures.ghost import signed_at_ms

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Change(msgspec.Struct):
    current: dict[str, Any]
    previous: dict[str, Any]


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event: `post.published`, `post.removed`, or `ghost.<resource>` for all the rest.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    media.require(headers.get(b"content-type"), media.JSON_ONLY)
    value = check(body)
    if not isinstance(value, dict) or len(value) != 1:
        raise UnreadableError("the body is not a Ghost webhook: one object with one resource")
    [(resource, changed)] = value.items()
    change = fields(changed, _Change, f"Ghost {resource[:40]}")
    kind = _kind(change) if resource == "post" else None
    if kind == "post.published":
        return [ghostpost.published(change.current)]
    if kind == "post.removed":
        return [_removed(change, signed_at_ms(headers))]
    return [Incoming(event_type(f"ghost.{resource}"), None, None, body)]


def _kind(change: _Change) -> str | None:
    status = change.current.get("status")
    if not change.current:
        return "post.removed"
    if status == "published":
        return "post.published"
    if change.previous.get("status") == "published":
        return "post.removed"
    return None


def _removed(change: _Change, signed_at: int | None) -> Incoming:
    """A post that is gone carries no time of its own: the signature's is later than all it had.

    One that is only hidden has its own, and may be published again a moment later: keep to that.
    """
    if change.current or signed_at is None:
        return ghostpost.removed(change.previous | change.current)
    at = _EPOCH + timedelta(milliseconds=signed_at)
    return ghostpost.removed(change.previous | {"updated_at": at.isoformat()})
