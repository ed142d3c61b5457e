"""GitHub: HMAC-SHA256 over the body, in hex. No timestamp is signed, and the id is not either.

Source: docs.github.com, "Validating webhook deliveries".
"""

import hmac
import re
from collections.abc import Sequence

from pipeline.webhooks.signatures.matching import header, matching
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

_DELIVERY = re.compile(rb"[\x20-\x7e]{1,256}")


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """The external id is `X-GitHub-Delivery`: a redelivery keeps it. Raises SignatureError."""

    def expected(key: bytes) -> bytes:
        return b"sha256=" + hmac.digest(key, request.body, "sha256").hex().encode()

    secret = matching(secrets, header(request, b"x-hub-signature-256"), expected)
    delivery = request.headers.get(b"x-github-delivery", b"")
    external_id = delivery.decode("ascii") if _DELIVERY.fullmatch(delivery) else None
    return Verified(secret.id, signed_at=None, external_id=external_id)
