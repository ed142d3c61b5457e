"""A bearer token: for senders that can set a header but not sign.

Source: RFC 6750 section 2.1; RFC 9110 section 11.1 (the scheme's name has no case). The token
that CloudEvents' webhook specification allows in the query is not taken: queries end up in logs.
"""

from collections.abc import Sequence

from pipeline.errors import SignatureError
from pipeline.webhooks.signatures.matching import header, matching
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """`Authorization: Bearer` carries one of the secrets. Raises SignatureError."""
    name, _, token = header(request, b"authorization").partition(b" ")
    if name.lower() != b"bearer":
        raise SignatureError("the Authorization header is not a Bearer token")
    secret = matching(secrets, token.lstrip(b" "), lambda key: key)
    return Verified(secret.id, signed_at=None, external_id=None)
