"""The one door to other hosts over HTTP: bounded in time and bytes, no proxies, nothing logged."""

import ipaddress
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

from pipeline.errors import Rejected, Transient

ANY = range(100, 600)
"""Every status: for who reads what an error says."""
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
# A host may pause for 20 s between two bytes, but not for ever.
_LONGEST_ANSWER = timedelta(minutes=2)
_LONGEST_WAIT = 86_400.0

# It writes each request with its whole address, and a key may be in that.
logging.getLogger("httpx").setLevel(logging.WARNING)

Query = Mapping[str, str | int | Sequence[str]]


class Answer(NamedTuple):
    """What a host answered. `body` is empty where its status was not to be read."""

    status: int
    url: str
    """Where it came from in the end."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def unchanged(self) -> bool:
        """The host says that what the caller has is current."""
        return self.status == 304  # noqa: PLR2004 - Not Modified

    @property
    def gone(self) -> bool:
        """The host says that there is nothing at this address."""
        return self.status in (404, 410)

    @property
    def charset(self) -> str | None:
        """The character encoding the host names."""
        _, _, given = self.headers.get("content-type", "").lower().partition("charset=")
        return given.partition(";")[0].strip("\"' ") or None


class Door:
    """Connections that are kept. Use it as a context, or close it; `clock` times an answer.

    `redirects` are followed at most, to any host. `public_only` refuses answers that come from
    loopback, private or otherwise special addresses, whatever name they were asked under.
    """

    def __init__(
        self,
        site_url: str,
        clock: Callable[[], datetime],
        *,
        redirects: int = 0,
        public_only: bool = False,
    ) -> None:
        agent = f"afterword/{version('afterword')} (+{site_url})"
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            headers={"User-Agent": agent},
            follow_redirects=redirects > 0,
            max_redirects=redirects,
            trust_env=False,
        )
        self._clock = clock
        self._redirects = redirects
        self._public_only = public_only

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(
        self,
        url: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int,
        read: Collection[int] = ANY,
    ) -> Answer:
        """What is at an address, whatever the status; `read` are those whose body is wanted.

        Raises Transient for no answer, and Rejected for what is no URL, redirects too often, is
        larger than `limit` bytes after unpacking or can't be unpacked. Neither shows the query.
        """
        where = without_query(url)
        try:
            with self._client.stream("GET", url, params=query, headers=headers) as response:
                self._check_peer(response, where)
                wanted = response.status_code in read
                body = self._body(response, where, limit) if wanted else b""
                return Answer(response.status_code, str(response.url), response.headers, body)
        except httpx.TooManyRedirects as error:
            raise Rejected(f"{where} redirects more than {self._redirects} times") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise Rejected(f"{where} is no http or https address") from error
        except httpx.DecodingError as error:
            raise Rejected(f"{where}: its compressed answer is broken") from error
        except httpx.HTTPError as error:
            raise Transient(f"{where}: no answer ({type(error).__name__})") from error

    def _body(self, response: httpx.Response, where: str, limit: int) -> bytes:
        chunks, size, began = [], 0, self._clock()
        for chunk in response.iter_bytes(65_536):
            size += len(chunk)
            if self._clock() - began > _LONGEST_ANSWER:
                raise Transient(f"{where}: the answer took longer than {_LONGEST_ANSWER}")
            if size > limit:
                raise Rejected(f"{where} is larger than {limit // 1_000_000} MB")
            chunks.append(chunk)
        return b"".join(chunks)

    def _check_peer(self, response: httpx.Response, where: str) -> None:
        """By the address that answered: a name may lead anywhere, and elsewhere a second later."""
        if not self._public_only:
            return
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer is None or not ipaddress.ip_address(peer[0].partition("%")[0]).is_global:
            raise Rejected(f"{where} leads to an address that is not public")


def retry_after(given: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After (RFC 9110, 10.2.3), a day at most; None for none that can be read."""
    if given is None:
        return None
    try:
        if given.strip().isdigit():
            return min(float(given), _LONGEST_WAIT)
        return min(max((http_date(given) - now).total_seconds(), 0.0), _LONGEST_WAIT)
    except (ValueError, OverflowError, TypeError):
        return None


def http_date(given: str) -> datetime:
    """A time of a header, aware. Raises ValueError, OverflowError or TypeError."""
    at = parsedate_to_datetime(given)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def without_query(url: str) -> str:
    """An address to show: a key may be in its query, a password before its host."""
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "…"
