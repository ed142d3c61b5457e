"""Cloudflare notifications: the secret itself, in a header. Nothing is signed.

Source: developers.cloudflare.com, "Configure webhooks", generic webhooks.
"""

from collections.abc import Sequence

from pipeline.webhooks.signatures.matching import header, matching
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """`cf-webhook-auth` is one of the secrets. Raises SignatureError."""
    secret = matching(secrets, header(request, b"cf-webhook-auth"), lambda key: key)
    return Verified(secret.id, signed_at=None, external_id=None)
