"""Ghost: HMAC-SHA256 over the body followed at once by the timestamp, in milliseconds.

Source: Ghost, ghost/core/core/server/services/webhooks/webhook-trigger.js.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pipeline.errors import SignatureError
from pipeline.webhooks.signatures.matching import header, matching, within_tolerance
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

HEADER = b"x-ghost-signature"
_SIGNATURE = re.compile(rb"sha256=([0-9a-f]{64}), ?t=([0-9]{1,14})")


def signed_at_ms(headers: Mapping[bytes, bytes]) -> int | None:
    """The `t` of the signature, in milliseconds since the epoch; None when it can't be read."""
    parts = _SIGNATURE.fullmatch(headers.get(HEADER, b""))
    return int(parts[2]) if parts else None


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """Ghost sends no id: the caller derives one from the body. Raises SignatureError."""
    parts = _SIGNATURE.fullmatch(header(request, HEADER))
    if parts is None:
        raise SignatureError("X-Ghost-Signature is not 'sha256=<64 hex digits>, t=<milliseconds>'")
    digest, stamp = parts[1], parts[2]
    within_tolerance(request, int(stamp) / 1000)

    def expected(key: bytes) -> bytes:
        return hmac.digest(key, request.body + stamp, "sha256").hex().encode()

    secret = matching(secrets, digest, expected)
    return Verified(secret.id, datetime.fromtimestamp(int(stamp) / 1000, UTC), external_id=None)
