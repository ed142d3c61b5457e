"""X-Request-Id: the caller's where it is harmless, else one of ours."""

import re
import secrets
from collections.abc import Mapping
from itertools import count

_HARMLESS = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_PROCESS = secrets.token_hex(4).encode()
_numbers = count(1)


def request_id(headers: Mapping[bytes, bytes]) -> bytes:
    """The request's id, safe to log and to send back.

    Ours tell requests apart, processes too; they are no secret.
    """
    given = headers.get(b"x-request-id")
    if given is not None and _HARMLESS.fullmatch(given):
        return given
    return b"%b-%x" % (_PROCESS, next(_numbers))
