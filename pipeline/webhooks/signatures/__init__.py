"""Who sent this webhook? Nine schemes, each a small pure function over raw bytes."""

from pipeline.webhooks.signatures.dispatch import verify
from pipeline.webhooks.signatures.keys import check_secret, key_id
from pipeline.webhooks.signatures.standard import sign_standard
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified
from pipeline.webhooks.signatures.x import answer_challenge

__all__ = [
    "Secret",
    "SignedRequest",
    "Verified",
    "answer_challenge",
    "check_secret",
    "key_id",
    "sign_standard",
    "verify",
]
