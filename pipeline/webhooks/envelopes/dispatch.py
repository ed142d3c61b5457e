"""One function for every sender."""

from collections.abc import Callable, Mapping

from pipeline.domain.schemes import Scheme
from pipeline.webhooks.envelopes import (
    cloudflare,
    form,
    ghost,
    github,
    netlify,
    standard,
    woocommerce,
    x,
)
from pipeline.webhooks.envelopes.types import Incoming

_PARSERS: Mapping[Scheme, Callable[[Mapping[bytes, bytes], bytes], list[Incoming]]] = {
    Scheme.STANDARD_WEBHOOKS: standard.parse,
    Scheme.BEARER: standard.parse,
    Scheme.GITHUB: github.parse,
    Scheme.GHOST: ghost.parse,
    Scheme.NETLIFY: netlify.parse,
    Scheme.CLOUDFLARE: cloudflare.parse,
    Scheme.WOOCOMMERCE: woocommerce.parse,
    Scheme.X: x.parse,
    Scheme.FORM: form.parse,
}


def parse(scheme: Scheme, *, headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """The events of a verified request, in order. Header names are in lower case.

    Raises UnreadableError (HTTP 400) when the body is not what it claims to be,
    UnsupportedMediaError (415) for its media type, InvalidEventError (422) for what it says;
    nothing else, whatever the headers and the body hold.
    """
    return _PARSERS[scheme](headers, body)
