"""Standard Webhooks: HMAC-SHA256 (`v1`) and ed25519 (`v1a`) over `id.timestamp.body`.

Source: Standard Webhooks 1.0.0, "Verifying webhook authenticity". Svix, where it comes from,
sends the same under `svix-` names.
"""

import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import ed25519
from pipeline.webhooks.signatures.matching import header, within_tolerance
from pipeline.webhooks.signatures.standard_keys import SECRET_PREFIX, read_key
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

# No full stop: it parts id, timestamp and body in what is signed, so that an id holding one
# could make two different messages sign alike.
_ID = re.compile(rb"[\x20-\x2d\x2f-\x7e]{1,256}")
_LONGEST_TIMESTAMP = 11
# One per key while keys are exchanged. ed25519 takes some 100 µs each, so the number is bounded.
_MOST_SIGNATURES = 16


class Names(NamedTuple):
    """What a sender calls the three headers."""

    id: bytes
    timestamp: bytes
    signature: bytes


_WEBHOOK = Names(b"webhook-id", b"webhook-timestamp", b"webhook-signature")
_SVIX = Names(b"svix-id", b"svix-timestamp", b"svix-signature")


def names(headers: Mapping[bytes, bytes]) -> Names:
    """Under which names the three headers came. Names are never mixed: all of one, or the other."""
    return _WEBHOOK if _WEBHOOK.id in headers else _SVIX


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """Checks every secret against every signature. Raises SignatureError."""
    named = names(request.headers)
    message_id = header(request, named.id)
    timestamp = header(request, named.timestamp)
    if _ID.fullmatch(message_id) is None:
        raise SignatureError("the message id is not 1 to 256 printable ASCII characters, no '.'")
    if not timestamp.isdigit() or len(timestamp) > _LONGEST_TIMESTAMP:
        raise SignatureError("the timestamp is not a number of seconds since the epoch")
    seconds = int(timestamp)
    within_tolerance(request, seconds)
    presented = header(request, named.signature).split(b" ", _MOST_SIGNATURES)
    if len(presented) > _MOST_SIGNATURES:
        raise SignatureError(f"there are more than {_MOST_SIGNATURES} signatures")
    secret = _signer(secrets, b"%b.%b.%b" % (message_id, timestamp, request.body), presented)
    return Verified(secret.id, datetime.fromtimestamp(seconds, UTC), message_id.decode("ascii"))


def _signer(secrets: Sequence[Secret], content: bytes, presented: list[bytes]) -> Secret:
    found: Secret | None = None
    for secret in secrets:
        # Every secret is tried, so that the time taken does not tell which one matched.
        if _signed_by(secret.value, content, presented) and found is None:
            found = secret
    if found is None:
        raise SignatureError("the signature matches no active secret")
    return found


def _signed_by(value: str, content: bytes, presented: list[bytes]) -> bool:
    if not value.startswith(SECRET_PREFIX):
        return ed25519.signed_by(read_key(value), content, presented)
    expected = _sign(value, content)
    matched = False
    for text in presented:
        matched |= hmac.compare_digest(expected, text)
    return matched


def _sign(secret: str, content: bytes) -> bytes:
    mac = _keyed(secret).copy()
    mac.update(content)
    return b"v1," + binascii.b2a_base64(mac.digest(), newline=False)


# Copying an HMAC that has taken its key already is a quarter quicker than beginning one.
@lru_cache(maxsize=256)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(read_key(secret), digestmod="sha256")


def sign_standard(body: bytes, *, message_id: str, secret: str, now: datetime) -> dict[str, str]:
    """The three headers of a message signed with a `whsec_` secret.

    `now` is aware. Raises SignatureError when the secret or the id cannot sign.
    """
    if not secret.startswith(SECRET_PREFIX):
        raise SignatureError("only a whsec_ secret can sign: a public key verifies, no more")
    try:
        read_key(secret)
    except ValueError as err:
        raise SignatureError(f"the secret can't sign: {err}") from None
    encoded = message_id.encode("utf-8", "surrogatepass")
    if _ID.fullmatch(encoded) is None:
        raise SignatureError("the message id must be 1 to 256 printable ASCII characters, no '.'")
    timestamp = int(now.timestamp())
    signature = _sign(secret, b"%b.%d.%b" % (encoded, timestamp, body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature.decode("ascii"),
    }
