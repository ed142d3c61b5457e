"""X-Request-Id: the caller's where it is harmless, else one of ours."""

import re
import secrets
from collections.abc import Mapping

_HARMLESS = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def request_id(headers: Mapping[bytes, bytes]) -> bytes:
    """The request's id, safe to log and to send back."""
    given = headers.get(b"x-request-id")
    if given is not None and _HARMLESS.fullmatch(given):
        return given
    return secrets.token_hex(8).encode()
