"""Who may see follow graphs: the owner, by the admin's password (HTTP Basic, RFC 7617)."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping

from pipeline.api.exchange import Answer, Call, Door
from pipeline.api.problems import problem_answer
from pipeline.keys import admin_password
from pipeline.problems import ProblemError
from pipeline.settings import Settings

USER = "admin"
CHALLENGE = b'Basic realm="Afterword", charset="UTF-8"'
_SCHEME = b"basic "


class Guard:
    """Lets a call through, or says what it lacks. The password is read at the first call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._expected: bytes | None = None

    def refusal(self, headers: Mapping[bytes, bytes]) -> Answer | None:
        """What to answer instead of what was asked for; None lets the call through."""
        if self._settings.graph.public:
            return None
        given = _credentials(headers.get(b"authorization", b""))
        # Always compared, and to the end: how long it takes tells nothing about the password.
        if hmac.compare_digest(given, self._password()):
            return None
        problem = ProblemError(
            "login-wanted", f"this needs the user {USER!r} and the password of the admin"
        )
        return problem_answer(problem, (b"www-authenticate", CHALLENGE))

    def door(self, behind: Door) -> Door:
        """A door that only those who may come through."""

        async def guarded(call: Call) -> Answer:
            return self.refusal(call.headers) or await behind(call)

        return guarded

    def _password(self) -> bytes:
        if self._expected is None:
            self._expected = f"{USER}:{admin_password(self._settings)}".encode()
        return self._expected


def _credentials(header: bytes) -> bytes:
    """`user:password` of the header; nothing where it holds none."""
    if not header.lower().startswith(_SCHEME):
        return b""
    try:
        return b64decode(header[len(_SCHEME) :].strip(), validate=True)
    except (ValueError, binascii.Error):
        return b""
