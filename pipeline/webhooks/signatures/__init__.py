"""Who sent this webhook? Eight schemes, each a small pure function over raw bytes."""

from pipeline.webhooks.signatures.dispatch import verify
from pipeline.webhooks.signatures.keys import check_secret, key_id
from pipeline.webhooks.signatures.standard import sign_standard
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

__all__ = [
    "Secret",
    "SignedRequest",
    "Verified",
    "check_secret",
    "key_id",
    "sign_standard",
    "verify",
]
