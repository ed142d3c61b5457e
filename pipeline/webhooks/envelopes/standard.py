"""Standard Webhooks: `{"type", "timestamp", "data"}`, the id in a header.

Source: Standard Webhooks 1.0.0, "Payload structure" and "Webhook headers".
"""

from collections.abc import Mapping

import msgspec

from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import cloudevents, media
from pipeline.webhooks.envelopes.attributes import (
    Instant,
    event_type,
    not_an_instant,
    optional_id,
    utc,
)
from pipeline.webhooks.envelopes.jsontext import check
from pipeline.webhooks.envelopes.types import Incoming
from pipeline.webhooks.signatures.standard import names


class _Envelope(msgspec.Struct):
    type: str
    data: msgspec.Raw
    timestamp: Instant | None = None


_MEDIA = (media.JSON, media.CLOUDEVENT, media.CLOUDEVENT_BATCH)
_ENVELOPE = msgspec.json.Decoder(_Envelope)


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event, or CloudEvents when the request says it carries those.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    found = media.require(headers.get(b"content-type"), _MEDIA)
    if found != media.JSON or b"ce-specversion" in headers:
        return cloudevents.parse(found, headers, body)
    envelope = _read(body)
    return [
        Incoming(
            event_type(envelope.type),
            # Under the same names as the signature, or an unsigned id could pass for the signed.
            optional_id(headers.get(names(headers).id)),
            utc(envelope.timestamp, "timestamp"),
            bytes(envelope.data),
        )
    ]


def _read(body: bytes) -> _Envelope:
    check(body)
    try:
        return _ENVELOPE.decode(body)
    except msgspec.ValidationError as err:
        # Only a wrong time leaves an envelope that can be read all the same.
        if str(err).endswith("`$.timestamp`"):
            raise InvalidEventError(not_an_instant("timestamp")) from None
        raise UnreadableError(f"the body is not a Standard Webhooks envelope: {err}") from None
