"""One function for nine schemes."""

from collections.abc import Callable, Mapping, Sequence

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import (
    bearer,
    cloudflare,
    form,
    ghost,
    github,
    netlify,
    standard,
    woocommerce,
    x,
)
from pipeline.webhooks.signatures.keys import active
from pipeline.webhooks.signatures.types import Secret, SignedRequest, Verified

_VERIFIERS: Mapping[Scheme, Callable[[SignedRequest, Sequence[Secret]], Verified]] = {
    Scheme.STANDARD_WEBHOOKS: standard.verify,
    Scheme.GITHUB: github.verify,
    Scheme.GHOST: ghost.verify,
    Scheme.NETLIFY: netlify.verify,
    Scheme.CLOUDFLARE: cloudflare.verify,
    Scheme.WOOCOMMERCE: woocommerce.verify,
    Scheme.X: x.verify,
    Scheme.BEARER: bearer.verify,
    Scheme.FORM: form.verify,
}


def verify(scheme: Scheme, request: SignedRequest, secrets: Sequence[Secret]) -> Verified:
    """Checks the sender's proof over the raw bytes, before any parse.

    Raises SignatureError, and nothing else, whatever the headers and the body hold. A source
    without an active secret is closed.
    """
    usable = active(scheme, secrets, request.now)
    if not usable and scheme is not Scheme.FORM:
        raise SignatureError("no active secret: each is missing, malformed or past its not_after")
    return _VERIFIERS[scheme](request, usable)
