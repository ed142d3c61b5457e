"""The one door to other hosts' content: bounded in time, bytes and redirections.

The addresses are the owner's own, so loopback and private ones are fine.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

from pipeline.errors import Rejected, Transient

PAGE_LIMIT = 5_000_000
"""Bytes of an answer, counted after it is unpacked."""
TOTAL_LIMIT = 2_000_000_000
"""Bytes of one survey."""
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
# A host may pause for 20 s between two bytes, but not for ever.
_LONGEST_ANSWER = timedelta(minutes=2)
_REDIRECTS = 5
_LONGEST_WAIT = 86_400.0
_OK = range(200, 300)
_NOT_MODIFIED = 304
_GONE = (404, 410)
_LATER = (408, 425, 429)

# It writes each request with its whole address, and a key may be in that.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Answer(NamedTuple):
    """What a host answered. `body` is empty where `status` is 304, 404 or 410."""

    status: int
    url: str
    """Where it came from in the end."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def unchanged(self) -> bool:
        """The host says that what the caller has is current."""
        return self.status == _NOT_MODIFIED

    @property
    def gone(self) -> bool:
        """The host says that there is nothing at this address."""
        return self.status in _GONE

    @property
    def charset(self) -> str | None:
        """The character encoding the host names."""
        _, _, given = self.headers.get("content-type", "").lower().partition("charset=")
        return given.partition(";")[0].strip("\"' ") or None


class Fetcher:
    """One survey's connections. Use it as a context; `clock` says how long an answer takes."""

    def __init__(self, site_url: str, clock: Callable[[], datetime]) -> None:
        agent = f"afterword/{version('afterword')} (+{site_url})"
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            headers={"User-Agent": agent},
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            trust_env=False,
        )
        self._clock = clock
        self._total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = PAGE_LIMIT,
    ) -> Answer:
        """What is at an address: 2xx, 304, 404 or 410.

        Raises Transient for what may pass (no answer, 5xx, 429 with its Retry-After) and Rejected
        for what will not (any other status, too large, no URL). Neither shows the query.
        """
        where = without_query(url)
        try:
            with self._client.stream("GET", url, params=query, headers=headers) as response:
                self._check(response, where)
                has_body = response.status_code in _OK
                body = self._read(response, where, limit) if has_body else b""
                final = str(response.url)
                return Answer(response.status_code, final, response.headers, body)
        except httpx.TooManyRedirects as error:
            raise Rejected(f"{where} redirects more than {_REDIRECTS} times") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Rejected(f"{where} is no http or https address") from error
        except httpx.DecodingError as error:
            raise Rejected(f"{where}: its compressed answer is broken") from error
        except httpx.HTTPError as error:
            raise Transient(f"{where}: no answer ({type(error).__name__})") from error

    def _read(self, response: httpx.Response, where: str, limit: int) -> bytes:
        chunks, size, began = [], 0, self._clock()
        for chunk in response.iter_bytes(65_536):
            size += len(chunk)
            self._total += len(chunk)
            if self._clock() - began > _LONGEST_ANSWER:
                raise Transient(f"{where}: the answer took longer than {_LONGEST_ANSWER}")
            if size > limit:
                raise Rejected(f"{where} is larger than {limit // 1_000_000} MB")
            if self._total > TOTAL_LIMIT:
                raise Rejected(f"{where}: the site is larger than {TOTAL_LIMIT // 1_000_000} MB")
            chunks.append(chunk)
        return b"".join(chunks)

    def _check(self, response: httpx.Response, where: str) -> None:
        status = response.status_code
        if status in _OK or status in (_NOT_MODIFIED, *_GONE):
            return
        if status in _LATER or status >= 500:  # noqa: PLR2004 - the servers' class of errors
            delay = self._delay(response.headers.get("retry-after"))
            raise Transient(f"{where} answered {status}", delay=delay)
        raise Rejected(f"{where} answered {status}{_advice(status)}")

    def _delay(self, given: str | None) -> float | None:
        """Seconds of a Retry-After (RFC 9110, 10.2.3); None for none that can be read."""
        if given is None:
            return None
        try:
            if given.strip().isdigit():
                return min(float(given), _LONGEST_WAIT)
            at = parsedate_to_datetime(given)
            aware = at if at.tzinfo else at.replace(tzinfo=UTC)
            return min(max((aware - self._clock()).total_seconds(), 0.0), _LONGEST_WAIT)
        except (ValueError, OverflowError, TypeError):
            return None


def without_query(url: str) -> str:
    """An address to show: a key may be in its query, a password before its host."""
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "…"


def _advice(status: int) -> str:
    if status in (401, 403):
        return ": check `key` and `url` of the site's content"
    return ": check `url` of the site's content"
