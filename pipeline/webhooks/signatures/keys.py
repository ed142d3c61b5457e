"""Which secrets may be used: how they are named, checked at the start, and chosen for a request."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from pipeline.domain.schemes import Scheme
from pipeline.webhooks.signatures.standard_keys import read_key
from pipeline.webhooks.signatures.types import Secret

# These two send the secret itself in a header, where only visible ASCII arrives unharmed.
_IN_A_HEADER = frozenset({Scheme.BEARER, Scheme.CLOUDFLARE})


def key_id(value: str) -> str:
    """A short public name of a secret for the logs: the first 8 hex digits of its SHA-256."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]


# Asked again for every request: a malformed secret is closed even if nobody checked at the start.
@lru_cache(maxsize=256)
def check_secret(scheme: Scheme, value: str) -> str | None:
    """What is wrong with a secret, in words that do not repeat it; None when it may be used."""
    if scheme is Scheme.FORM:
        return "the form scheme signs nothing: remove the secret"
    if not value.strip():
        return "it is empty"
    if value != value.strip() or not value.isprintable():
        return "it has white space around it or holds an unprintable character"
    if scheme is Scheme.STANDARD_WEBHOOKS:
        return _key_problem(value)
    if scheme in _IN_A_HEADER and (not value.isascii() or " " in value):
        return "it travels in a header: use visible ASCII characters only, without spaces"
    return None


def _key_problem(value: str) -> str | None:
    try:
        read_key(value)
    except ValueError as err:
        return str(err)
    return None


def active(scheme: Scheme, secrets: Sequence[Secret], now: datetime) -> list[Secret]:
    """The secrets that are well formed and not past their `not_after` (which still counts)."""
    return [
        secret
        for secret in secrets
        if (secret.not_after is None or now <= secret.not_after)
        and check_secret(scheme, secret.value) is None
    ]
