"""WooCommerce: HMAC-SHA256 over the body, in base64.

Source: WooCommerce, plugins/woocommerce/includes/class-wc-webhook.php.
"""

import binascii
import hmac
import re
from collections.abc import Sequence

from pipeline.webhooks.signatures.matching import header, matching
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

SIGNATURE = b"x-wc-webhook-signature"
PING = re.compile(rb"webhook_id=[0-9]{1,20}")
# What the logs show in the place of a key when nothing was signed.
UNSIGNED = "unsigned"


def verify(request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """The delivery id changes with every attempt, so there is no external id.

    A hook is saved only when its first post, `webhook_id=N`, is answered with 200. That post is
    not signed and says nothing, so it passes as a `ping`. Raises SignatureError.
    """
    if SIGNATURE not in request.headers and PING.fullmatch(request.body):
        return Verified(UNSIGNED, signed_at=None, external_id=None, ping=True)

    def expected(key: bytes) -> bytes:
        return binascii.b2a_base64(hmac.digest(key, request.body, "sha256"), newline=False)

    secret = matching(secrets, header(request, SIGNATURE), expected)
    return Verified(secret.id, signed_at=None, external_id=None)
