"""Netlify: a JWS whose claims hold the SHA-256 of the body.

Source: docs.netlify.com, "Payload signature"; RFC 7515 (JWS compact serialisation), RFC 7519.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from pipeline.errors import SignatureError
from pipeline.webhooks.signatures.matching import header, matching
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

_PARTS = 3
T = TypeVar("T")


class _Header(msgspec.Struct):
    alg: str
    crit: list[str] | None = None


class _Claims(msgspec.Struct):
    iss: str
    sha256: str
    exp: float | None = None
    nbf: float | None = None


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """Netlify sends neither id nor timestamp. Raises SignatureError."""
    parts = header(request, b"x-webhook-signature").split(b".")
    if len(parts) != _PARTS:
        raise SignatureError("X-Webhook-Signature is not a JWS of three parts")
    signed = parts[0] + b"." + parts[1]

    def expected(key: bytes) -> bytes:
        # Always HS256: what `alg` says must not choose how it is checked (RFC 8725 section 3.1).
        return urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")

    secret = matching(secrets, parts[2], expected)
    # Only now is the content read: it is the sender's.
    _check_header(_read(parts[0], _Header))
    _check_claims(_read(parts[1], _Claims), request)
    return Verified(secret.id, signed_at=None, external_id=None)


def _read(part: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(urlsafe_b64decode(part + b"=" * (-len(part) % 4)), type=shape)
    except (ValueError, RecursionError) as err:
        raise SignatureError(f"the JWS can't be read: {err}") from None


def _check_header(head: _Header) -> None:
    if head.alg != "HS256":
        raise SignatureError("the JWS names another algorithm than HS256")
    if head.crit is not None:
        raise SignatureError("the JWS demands an extension (RFC 7515 section 4.1.11)")


def _check_claims(claims: _Claims, request: SignedRequest) -> None:
    if claims.iss != "netlify":
        raise SignatureError("the JWS was not issued by netlify")
    digest = hashlib.sha256(request.body).hexdigest()
    if not hmac.compare_digest(digest.encode(), claims.sha256.encode()):
        raise SignatureError("the JWS is of another body")
    now = request.now.timestamp()
    if claims.exp is not None and now > claims.exp + request.tolerance:
        raise SignatureError("the JWS has expired")
    if claims.nbf is not None and now < claims.nbf - request.tolerance:
        raise SignatureError("the JWS is not valid yet")
