"""How requests reaches X: the address that is set, a time-out, a largest answer, and the token.

tweepy 4.17 has its host fixed, sets no time-out, follows redirects and logs headers at debug level
(client.py, BaseClient.request). So it is given neither address nor token: both are put in here, on
a copy of the request that nobody else sees, and taken out again.
"""

import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from pipeline.domain.graph.failures import NetworkDownError
from pipeline.ingest.graph.x.answer import Answer

TIMEOUTS = (3.05, 31.0)
"""Seconds to connect, and between two bytes (as twarc has them)."""
LONGEST = 45.0
"""Seconds that a whole answer may take, below the lease of a delivery."""
LARGEST = 16 * 1024 * 1024
"""Bytes of an unpacked answer; 1,000 accounts are about 400 kB."""
_CHUNK = 64 * 1024
_OK = 200


class RefusedError(Exception):
    """An answer that is none: any status but 200. Never holds the token."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


class XAdapter(HTTPAdapter):
    """Sends what is addressed to `stand_in` to `base_url` instead. Knows one token at a time."""

    def __init__(
        self,
        base_url: str,
        *,
        stand_in: str,
        timeouts: tuple[float, float] = TIMEOUTS,
        longest: float = LONGEST,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._stand_in = stand_in
        self._timeouts = timeouts
        self._longest = longest
        self.authorization = ""
        """The header's value for the next requests."""
        super().__init__(pool_maxsize=2)

    def send(  # type: ignore[override] # a request's own options are not taken
        self, request: requests.PreparedRequest, **_options: Any
    ) -> requests.Response:
        """The answer, read whole. Raises RefusedError for any status but 200, NetworkDownError."""
        started = time.monotonic()
        # Raised out here: an error of `requests` in its context would hold the request, token and all.
        outcome = self._try(request, started)
        if isinstance(outcome, str):
            raise NetworkDownError(f"X can't be reached: {outcome}")
        response, body = outcome
        answer = Answer(response.status_code, _lower(response.headers), body)
        if answer.status != _OK:
            raise RefusedError(answer)
        response._content = answer.body  # noqa: SLF001 - what `requests` itself does, but bounded
        return response

    def _try(
        self, request: requests.PreparedRequest, started: float
    ) -> tuple[requests.Response, bytes] | str:
        """The answer and its body, or what kept it from coming."""
        own = request.copy()
        own.url = self._base_url + (request.url or "").removeprefix(self._stand_in)
        own.headers.pop("Authorization", None)
        if self.authorization:
            own.headers["Authorization"] = self.authorization
        try:
            response = super().send(own, stream=True, timeout=self._timeouts, verify=True)
            body = self._read(response, started)
        except (requests.RequestException, HTTPError, OSError) as error:
            return type(error).__name__
        response.request = request
        return response, self._without_token(body)

    def _read(self, response: requests.Response, started: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            # What has come, not what is asked for: else a trickle would hold the thread for ever.
            while part := response.raw.read1(_CHUNK, decode_content=True):
                size += len(part)
                if size > LARGEST:
                    raise NetworkDownError(f"X answered with more than {LARGEST} bytes")
                if time.monotonic() - started > self._longest:
                    raise NetworkDownError(f"X took more than {self._longest:g} s to answer")
                parts.append(part)
        finally:
            response.close()
        return b"".join(parts)

    def _without_token(self, body: bytes) -> bytes:
        """Should X, or whoever stands there, repeat it: bodies are quoted in reasons."""
        token = self.authorization.rpartition(" ")[2].encode()
        return body.replace(token, b"[token]") if token else body


def _lower(headers: CaseInsensitiveDict[str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def mounted(session: requests.Session, adapter: XAdapter, stand_in: str) -> requests.Session:
    """The session, able to reach nothing but what the adapter reaches.

    Proxies, .netrc and other settings of the environment are not for a token.
    """
    session.trust_env = False
    session.max_redirects = 0
    session.adapters.clear()
    session.mount(stand_in + "/", adapter)
    return session
