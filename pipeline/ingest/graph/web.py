"""What Bluesky and Mastodon have in common: JSON over HTTPS, rate limits in headers, failures."""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from pipeline.domain.graph.failures import NetworkDownError, NotAllowedError, RateLimitedError
from pipeline.domain.graph.port import Limits
from pipeline.errors import Rejected, Transient
from pipeline.ingest.door import Door, Query, http_date, retry_after

_LIMIT = 10_000_000
"""Bytes of an answer: 100 profiles with long texts are below one million."""
_FAR = timedelta(days=1)
_SITE = "https://afterword.invalid"
_TOO_MANY = 429
_MOVED = (301, 308)
_PASSING = (408, 425)
_NOT_THERE = 501

_LONGEST = 256
_MOST = 1 << 31

T = TypeVar("T")


class Reply(NamedTuple):
    """An answer that is neither a failure of the way there nor a refusal for now."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    limits: Limits
    answered_at: datetime | None
    url: str

    def read(self, type_: type[T]) -> T:
        """The JSON of it. Raises NetworkDownError for what is none, or another shape."""
        try:
            return msgspec.json.decode(self.body, type=type_)
        except (msgspec.DecodeError, RecursionError) as error:
            raise NetworkDownError(f"{self.url} answers no such thing as expected") from error

    def said(self, name: str) -> str:
        """A text of an error's JSON object, shortened; empty where there is none."""
        try:
            value = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError):
            return ""
        found = value.get(name) if isinstance(value, dict) else None
        return found[:300] if isinstance(found, str) else ""


class Web:
    """One network's API at `base_url`: https, or http on loopback. Raises NotAllowedError.

    `prefix` begins the names of its rate limits' headers: `{prefix}-limit`, -remaining, -reset.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime], *, prefix: str) -> None:
        self._base = base_url.rstrip("/")
        self._clock = clock
        self._prefix = prefix
        self._door = Door(_SITE, clock, public_only=not _is_loopback(self._base))

    def close(self) -> None:
        """Close the connections."""
        self._door.close()

    def get(self, path: str, query: Query | None = None) -> Reply:
        """What is at a path: any status that says something of what was asked.

        Raises RateLimitedError for 429; NetworkDownError for no answer, 5xx, too large ones and
        passing redirections; NotAllowedError where the API is elsewhere, or there is none.
        """
        try:
            answer = self._door.get(self._base + path, query=query, limit=_LIMIT)
        except (Transient, Rejected) as error:
            raise NetworkDownError(error.reason) from error
        now = self._clock()
        date = _date(answer.headers)
        limits = _limits(answer.headers, self._prefix, date, now)
        where = self._base + path
        _check(answer.status, where, answer.headers, limits, now)
        return Reply(answer.status, answer.body, answer.headers, limits, date, where)


def moment_of(text: str | None) -> datetime | None:
    """A time in ISO 8601, aware UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def text_of(text: str | None) -> str | None:
    """A text as every database takes it; None for an empty one."""
    return (text or "").replace("\0", "").strip()[:_LONGEST] or None


def count_of(value: int | None) -> int | None:
    """A count; None for one that is hidden (-1), or no such number."""
    return value if value is not None and 0 <= value < _MOST else None


def _check(
    status: int, where: str, headers: Mapping[str, str], limits: Limits, now: datetime
) -> None:
    if status == _TOO_MANY:
        raise RateLimitedError(f"{where} answered 429", limits=_closed(limits, headers, now))
    if status in _MOVED:
        raise NotAllowedError(f"{where} is now at {headers.get('location', 'another address')!r}")
    if status == _NOT_THERE:
        raise NotAllowedError(f"{where} answered 501: it does not know that question")
    if status >= 500 or 300 <= status < 400 or status in _PASSING:  # noqa: PLR2004 - classes of statuses
        raise NetworkDownError(f"{where} answered {status}")


def _closed(limits: Limits, headers: Mapping[str, str], now: datetime) -> Limits:
    """The limits of a 429: none left; where no reset is named, Retry-After says it."""
    seconds = retry_after(headers.get("retry-after"), now)
    until = None if seconds is None else now + timedelta(seconds=seconds)
    return Limits(limits.limit, 0, limits.reset_at or until)


def _limits(
    headers: Mapping[str, str], prefix: str, date: datetime | None, now: datetime
) -> Limits:
    """By our clock: what the network's differs by, its Date header shows."""
    reset = _reset(headers.get(f"{prefix}-reset", ""))
    if reset is not None and abs(reset - (date or now)) > _FAR:
        reset = None
    ours = None if reset is None else now + (reset - (date or now))
    return Limits(
        _number(headers.get(f"{prefix}-limit")), _number(headers.get(f"{prefix}-remaining")), ours
    )


def _reset(text: str) -> datetime | None:
    """Seconds since 1970 (Bluesky), or ISO 8601 (Mastodon)."""
    seconds = _number(text)
    if seconds is None:
        return moment_of(text)
    return datetime.fromtimestamp(seconds, UTC)


def _number(text: str | None) -> int | None:
    """A count, not negative; ten digits at most, so that it is also a time."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 10 else None  # noqa: PLR2004 - see above


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        return http_date(headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _is_loopback(base_url: str) -> bool:
    """Whether it is this machine. Raises NotAllowedError unless it is that, or https."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
    except ValueError:
        raise NotAllowedError(f"{base_url!r} is no address") from None
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback and parts.scheme != "https":
        raise NotAllowedError(f"{base_url!r} is not asked: it must begin with https://")
    return is_loopback
