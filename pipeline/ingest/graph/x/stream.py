"""X's activity stream: one long answer, a line of JSON per event, an empty line when nothing happens.

Source: docs.x.com, "Consuming streaming data", "Handling disconnections".
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
import requests
from urllib3.exceptions import HTTPError

from pipeline.domain.graph.failures import NetworkDownError
from pipeline.ingest.graph.x.answer import Answer
from pipeline.ingest.graph.x.classify import failure_of
from pipeline.ingest.graph.x.problems import first_sentence, problems_in
from pipeline.ingest.graph.x.token import Keyring, Token
from pipeline.logs import get_logger

log = get_logger(__name__)

TIMEOUTS = (3.05, 31.0)
"""Seconds to connect, and between two bytes: X sends an empty line every 20."""
LONGEST_LINE = 262_144
"""Bytes; an event with two profiles has some 5,000."""
MOST_BACKFILL = 5
"""Minutes that X can send again."""
_CHUNK = 65_536
_LARGEST_REFUSAL = 65_536
_OK, _UNAUTHORIZED = 200, 401


class ActivityStream:
    """The stream of one app, by its own token. One thread reads it; any may stop it."""

    def __init__(
        self,
        keyring: Keyring,
        *,
        base_url: str,
        clock: Callable[[], datetime],
        timeouts: tuple[float, float] = TIMEOUTS,
    ) -> None:
        self._keyring = keyring
        self._url = base_url.rstrip("/") + "/2/activity/stream"
        self._clock = clock
        self._timeouts = timeouts
        self._session = requests.Session()
        # Proxies, .netrc and other settings of the environment are not for a token.
        self._session.trust_env = False
        self._response: requests.Response | None = None
        self._stopped = False

    def lines(self, *, backfill: int = 0) -> Iterator[bytes]:
        """Connect, then what X sends, line by line, empty ones too, until it ends or `stop`.

        `backfill` asks for the last minutes again. Raises the failures of
        `pipeline.domain.graph.failures`.
        """
        response = self._connect(backfill)
        self._response = response
        try:
            for line in lines_of(self._chunks(response), longest=LONGEST_LINE):
                yield _checked(line)
        finally:
            self._response = None
            response.close()

    def stop(self) -> None:
        """Let whoever reads come to an end, at once; also from a signal's handler."""
        self._stopped = True
        response = self._response
        if response is not None:
            with suppress(ValueError, RuntimeError, OSError):  # it ended by itself
                response.raw.shutdown()

    def _connect(self, backfill: int) -> requests.Response:
        token = self._keyring.token()
        response = self._get(token, backfill)
        if response.status_code == _UNAUTHORIZED:
            response.close()
            token = self._keyring.renewed(token)
            response = self._get(token, backfill)
        if response.status_code == _OK:
            return response
        answer = _refusal(response)
        if answer.status == _UNAUTHORIZED:
            raise self._keyring.give_up(token, "X refuses its token, also a new one")
        raise failure_of(answer, now=self._clock())

    def _get(self, token: Token, backfill: int) -> requests.Response:
        if not (token.value.isascii() and token.value.isprintable()):
            # http.client would refuse it too, and show it.
            raise self._keyring.give_up(token, "its token holds characters that no token has")
        # Raised out here: an error of `requests` in its context would hold the request, token and all.
        match self._try(f"Bearer {token.value}", backfill):
            case str(trouble):
                raise NetworkDownError(f"X can't be reached: {trouble}")
            case response:
                return response

    def _try(self, authorization: str, backfill: int) -> requests.Response | str:
        asked = {"backfill_minutes": str(min(backfill, MOST_BACKFILL))} if backfill else {}
        try:
            return self._session.get(
                self._url,
                params=asked,
                headers={"Authorization": authorization, "Accept-Encoding": "identity"},
                stream=True,
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as error:
            return type(error).__name__

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        trouble = None
        while not self._stopped and trouble is None:
            try:
                chunk = response.raw.read1(_CHUNK, decode_content=True)
            except (HTTPError, OSError) as error:
                trouble = type(error).__name__
            else:
                if not chunk:
                    return
                yield chunk
        if not self._stopped:
            raise NetworkDownError(f"the stream broke off: {trouble}")


def lines_of(chunks: Iterable[bytes], *, longest: int) -> Iterator[bytes]:
    """Lines without their ends, as soon as they are whole. Longer ones are left out, and logged.

    What follows the last line's end is none: it was cut off.
    """
    held, skipping = b"", False
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            line = held + part
            if skipping or len(line) > longest:
                log.warning("stream_line_too_long", longest=longest)
            else:
                yield line.strip()
            held, skipping = b"", False
        held = b"" if skipping else held + rest
        if len(held) > longest:
            held, skipping = b"", True


def _checked(line: bytes) -> bytes:
    """The line. Raises NetworkDownError where X says in it why it is about to hang up."""
    if line and b'"data"' not in line:
        with suppress(msgspec.DecodeError, RecursionError):
            problems = problems_in(msgspec.json.decode(line))
            if problems:
                raise NetworkDownError(f"X ends the stream: {first_sentence(problems)}")
    return line


def _refusal(response: requests.Response) -> Answer:
    """An answer that is no stream, read as far as it matters."""
    body: Any = b""
    try:
        with suppress(HTTPError, OSError):
            body = response.raw.read(_LARGEST_REFUSAL, decode_content=True)
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body)
