"""Other hosts' content: the door, bounded for one survey, and what a blog's statuses mean.

The addresses are the owner's own, so loopback and private ones are fine.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from pipeline.errors import Rejected, Transient
from pipeline.ingest.door import Answer, Door, retry_after, without_query

PAGE_LIMIT = 5_000_000
"""Bytes of an answer, counted after it is unpacked."""
TOTAL_LIMIT = 2_000_000_000
"""Bytes of one survey."""
_REDIRECTS = 5
_OK = range(200, 300)
_NO_BODY = (304, 404, 410)
_LATER = (408, 425, 429)


class Fetcher:
    """One survey's connections. Use it as a context; `clock` says how long an answer takes."""

    def __init__(self, site_url: str, clock: Callable[[], datetime]) -> None:
        self._door = Door(site_url, clock, redirects=_REDIRECTS)
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
        self._door.close()

    def get(
        self,
        url: str,
        *,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = PAGE_LIMIT,
    ) -> Answer:
        """What is at an address: 2xx, 304, 404 or 410; only the first has a body.

        Raises Transient for what may pass (no answer, 5xx, 429 with its Retry-After) and Rejected
        for what will not (any other status, too large, no URL). Neither shows the query.
        """
        answer = self._door.get(url, query=query, headers=headers, limit=limit, read=_OK)
        where = without_query(url)
        self._check(answer, where)
        self._total += len(answer.body)
        if self._total > TOTAL_LIMIT:
            raise Rejected(f"{where}: the site is larger than {TOTAL_LIMIT // 1_000_000} MB")
        return answer

    def _check(self, answer: Answer, where: str) -> None:
        status = answer.status
        if status in _OK or status in _NO_BODY:
            return
        if status in _LATER or status >= 500:  # noqa: PLR2004 - the servers' class of errors
            delay = retry_after(answer.headers.get("retry-after"), self._clock())
            raise Transient(f"{where} answered {status}", delay=delay)
        raise Rejected(f"{where} answered {status}{_advice(status)}")


def _advice(status: int) -> str:
    if status in (401, 403):
        return ": check `key` and `url` of the site's content"
    return ": check `url` of the site's content"
