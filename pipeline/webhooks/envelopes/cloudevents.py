"""CloudEvents 1.0 over HTTP: binary, structured and batched.

Source: CloudEvents 1.0.2, HTTP protocol binding section 3 and JSON format sections 3 and 4.
"""

import binascii
from collections.abc import Mapping

import msgspec

from pipeline.errors import InvalidEventError
from pipeline.webhooks.envelopes import media
from pipeline.webhooks.envelopes.attributes import event_id, event_type, instant
from pipeline.webhooks.envelopes.ceheaders import attribute
from pipeline.webhooks.envelopes.jsontext import check, read
from pipeline.webhooks.envelopes.types import Incoming, UnsupportedMediaError

LARGEST_BATCH = 100
_VERSION = "1.0"
_NO_DATA = b"null"


class CloudEvent(msgspec.Struct):
    """The context attributes that matter here; `null` is the same as unset (JSON format 2.2)."""

    specversion: str
    id: str
    source: str
    type: str
    time: str | None = None
    datacontenttype: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    data_base64: str | None = None


_ONE = msgspec.json.Decoder(CloudEvent)
_BATCH = msgspec.json.Decoder(list[CloudEvent])


def parse(media_type: str, headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """The events, in order; an empty batch has none. Where the media type is not CloudEvents' own,
    the body is one event's data, and the headers say the rest.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    if media_type == media.CLOUDEVENT:
        return [_incoming(read(_ONE, body, "a CloudEvent"))]
    if media_type != media.CLOUDEVENT_BATCH:
        return [_binary(headers, body)]
    batch = read(_BATCH, body, "a batch of CloudEvents")
    if len(batch) > LARGEST_BATCH:
        raise InvalidEventError(
            f"the batch holds {len(batch)} events, but may hold {LARGEST_BATCH}: send smaller ones"
        )
    return [_incoming(event) for event in batch]


def _binary(headers: Mapping[bytes, bytes], body: bytes) -> Incoming:
    event = CloudEvent(
        specversion=attribute(headers, "specversion"),
        id=attribute(headers, "id"),
        source=attribute(headers, "source"),
        type=attribute(headers, "type"),
        time=attribute(headers, "time") if b"ce-time" in headers else None,
    )
    if body:
        check(body)
    return _with_data(event, body or _NO_DATA)


def _incoming(event: CloudEvent) -> Incoming:
    return _with_data(event, _data(event))


def _with_data(event: CloudEvent, data: bytes) -> Incoming:
    if event.specversion != _VERSION:
        raise InvalidEventError(f"specversion is {event.specversion[:40]!r}, but must be '1.0'")
    return Incoming(event_type(event.type), _joined_id(event), instant(event.time, "time"), data)


def _joined_id(event: CloudEvent) -> str:
    """`source` and `id` in one: only both together are unique (CloudEvents 1.0.2, "id").

    A source is a URI reference and holds no space, so the first space parts the two.
    """
    if not event.id or not event.source or " " in event.source:
        raise InvalidEventError("id and source must not be empty, and source must be a URI")
    return event_id(f"{event.source} {event.id}")


def _data(event: CloudEvent) -> bytes:
    if event.datacontenttype is not None and not media.is_json(event.datacontenttype):
        raise UnsupportedMediaError(
            f"datacontenttype is {event.datacontenttype[:80]!r}, but must be application/json"
        )
    inline = bytes(event.data)
    if event.data_base64 is None:
        return inline or _NO_DATA
    if inline:
        raise InvalidEventError("data and data_base64 exclude each other: send one")
    try:
        decoded = binascii.a2b_base64(event.data_base64, strict_mode=True)
    except ValueError:
        raise InvalidEventError("data_base64 is not base64") from None
    check(decoded)
    return decoded
