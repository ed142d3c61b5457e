"""Single HTTP calls over one kept connection, timed: for what is asked one at a time."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlencode

import msgspec

from bench.processes import BenchError

MOST_PAGES = 100


class Reply(NamedTuple):
    """An answer: lower-case header names, the body as it came, seconds to its last byte."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """Decode the body, unpacked where it is packed."""
        packed = self.headers.get("content-encoding") == "gzip"
        return msgspec.json.decode(gzip.decompress(self.body) if packed else self.body)


class Caller:
    """One keep-alive connection to a loopback port."""

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Ask once. Raises OSError or HTTPException where there is no answer."""
        began = perf_counter()
        self._http.request("GET", target, headers={"Accept-Encoding": "gzip", **(headers or {})})
        answer = self._http.getresponse()
        body = answer.read()
        seconds = perf_counter() - began
        return Reply(
            answer.status, {key.lower(): val for key, val in answer.getheaders()}, body, seconds
        )


def answers(port: int, target: str, status: int = 200) -> bool:
    """Say whether a call is answered with this status by now."""
    with Caller(port) as caller:
        try:
            return caller.get(target).status == status
        except (OSError, HTTPException):
            return False


def thread(caller: Caller, page: str) -> list[Reply]:
    """Read a page's whole thread: every part of it, as far as `next` leads.

    Raises BenchError where a part can't be had.
    """
    target = f"/api/comments?page={quote(page, safe='')}"
    replies = [_part(caller, target)]
    while (after := replies[-1].json().get("next")) and len(replies) < MOST_PAGES:
        replies.append(_part(caller, after if "/" in after else f"{target}&after={quote(after)}"))
    return replies


def _part(caller: Caller, target: str) -> Reply:
    reply = caller.get(target)
    if reply.status != 200:
        raise BenchError(f"GET {target} was answered {reply.status}: {reply.body[:300]!r}")
    return reply


def size(comments: Sequence[Any]) -> int:
    """Count the comments of a tree."""
    return sum(1 + size(comment.get("replies") or ()) for comment in comments)


def counts(caller: Caller, pages: Sequence[str]) -> dict[str, int]:
    """Ask how many comments are published per page, a hundred pages per call."""
    found: dict[str, int] = {}
    for some in _hundreds(pages):
        target = "/api/comments/counts?" + urlencode([("page", page) for page in some])
        found.update(_part(caller, target).json()["counts"])
    return found


def _hundreds(pages: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(pages), 100):
        yield pages[start : start + 100]
