"""X: HMAC-SHA256 with the app's consumer secret over the body, in base64.

Source: docs.x.com, "Webhooks: quickstart". No timestamp is signed; the id is in the body.
"""

import binascii
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures.keys import active
from pipeline.webhooks.signatures.matching import header, matching
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

SIGNATURE = b"x-twitter-webhooks-signature"
LONGEST_QUERY = 1024
_MOST_FIELDS = 8
_FOREVER = datetime.max.replace(tzinfo=UTC)

# Whoever asks gets these characters signed with the key that signs bodies. None of them opens a JSON
# object, so no answer is the signature of an event.
_TOKEN = re.compile(r"[A-Za-z0-9_+/=.~-]{1,256}")


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """X sends neither a signed timestamp nor an id beside the body. Raises SignatureError."""
    secret = matching(
        secrets, header(request, SIGNATURE), lambda key: _signature(key, request.body)
    )
    return Verified(secret.id, signed_at=None, external_id=None)


def answer_challenge(query: bytes, secrets: Sequence[Secret], now: datetime) -> str | None:
    """The `response_token` of X's challenge-response check; None where `query` is no challenge.

    X knows one secret: where several are active, the one that lasts longest answers, the first of
    equals. Raises SignatureError where none is active.
    """
    token = _token(query)
    if token is None:
        return None
    usable = active(Scheme.X, secrets, now)
    if not usable:
        raise SignatureError("no active secret: each is missing, malformed or past its not_after")
    newest = max(usable, key=lambda secret: secret.not_after or _FOREVER)
    return _signature(newest.value.encode(), token.encode()).decode()


def _signature(key: bytes, message: bytes) -> bytes:
    return b"sha256=" + binascii.b2a_base64(hmac.digest(key, message, "sha256"), newline=False)


def _token(query: bytes) -> str | None:
    if len(query) > LONGEST_QUERY:
        return None
    try:
        fields = parse_qs(query.decode("latin-1"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    found = fields.get("crc_token", [])
    return found[0] if len(found) == 1 and _TOKEN.fullmatch(found[0]) else None
