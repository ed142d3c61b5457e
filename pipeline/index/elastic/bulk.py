"""Writing many documents: in requests of bounded size, each item's answer read, the busy ones repeated.

The client's own helpers don't do: with item-level 429s they raise or drop (elasticsearch-py #864),
and a retried item is not told from another one (#1004).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import orjson
from elasticsearch import ApiError, Elasticsearch

from pipeline.errors import Rejected
from pipeline.index.elastic.connection import cause, read_only, translated
from pipeline.index.elastic.documents import source_of
from pipeline.index.engine import Outcome, Write, Written

MOST_BYTES = 5_000_000
MOST_ITEMS = 125
AT_ONCE = 3
"""Requests in flight: while the server works on one, the next is written and read."""

FIRST_PAUSE_S = 0.1
ATTEMPTS = 5
"""With the pause doubled each time: under two seconds in all, then it is the caller's turn to wait."""

_CREATED, _CONFLICT, _TOO_LARGE = 299, 409, 413
_BUSY = frozenset((429, 500, 502, 503, 504))


class Item(NamedTuple):
    """One write as bytes: action and source lines."""

    key: str
    lines: bytes


class Bulk:
    """Writes to one generation. `pause` waits for seconds, `jitter` is drawn from 0..1."""

    def __init__(
        self,
        client: Elasticsearch,
        *,
        pause: Callable[[float], object],
        jitter: Callable[[], float],
    ) -> None:
        self._client = client
        self._pause, self._jitter = pause, jitter

    def write(self, alias: str, writes: Sequence[Write]) -> list[Written]:
        """Write all; an outcome for each, in order. Raises Transient, or Rejected if `alias` is none."""
        chunks = chunked(map(item_of, writes))
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk") as threads:
            answers = threads.map(lambda chunk: self._patiently(alias, chunk), chunks)
            return [written for answer in answers for written in answer]

    def _patiently(self, alias: str, items: Sequence[Item]) -> list[Written]:
        answers = self._send(alias, items)
        for attempt in range(1, ATTEMPTS):
            busy = [at for at, written in enumerate(answers) if written.outcome is Outcome.BUSY]
            if not busy:
                break
            self._pause(FIRST_PAUSE_S * 2 ** (attempt - 1) * (0.5 + self._jitter() / 2))
            again = self._send(alias, [items[at] for at in busy])
            for at, written in zip(busy, again, strict=True):
                answers[at] = written
        return answers

    def _send(self, alias: str, items: Sequence[Item]) -> list[Written]:
        """One request, or two halves where the server (or a proxy) finds it too large."""
        try:
            with translated():
                answer = self._ask(alias, items)
        except _TooLargeError as error:
            if len(items) == 1:
                return [Written(items[0].key, Outcome.REFUSED, str(error))]
            middle = len(items) // 2
            return self._send(alias, items[:middle]) + self._send(alias, items[middle:])
        said = [next(iter(each.values())) for each in answer["items"]]
        return [written_of(item.key, each) for item, each in zip(items, said, strict=True)]

    def _ask(self, alias: str, items: Sequence[Item]) -> Any:
        try:
            return self._client.bulk(
                index=alias,
                operations=[item.lines for item in items],  # type: ignore[misc] # bytes pass as they are
                require_alias=True,
                filter_path=["items.*.status", "items.*.error"],
            )
        except ApiError as error:
            if error.meta.status == _TOO_LARGE:
                raise _TooLargeError("larger than the server takes in one request") from error
            raise


class _TooLargeError(Exception):
    """The server takes no request of this size."""


def item_of(write: Write) -> Item:
    """The write as an operation that changes nothing where the index has a newer version."""
    deed = {"_id": write.key, "version": write.version, "version_type": "external_gte"}
    lines = b"%s\n%s" % (orjson.dumps({"index": deed}), orjson.dumps(source_of(write)))
    return Item(write.key, lines)


def chunked(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Cut into requests of at most MOST_ITEMS and, but for single larger items, MOST_BYTES."""
    chunk: list[Item] = []
    size = 0
    for item in items:
        if chunk and (len(chunk) == MOST_ITEMS or size + len(item.lines) > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += len(item.lines)
    if chunk:
        yield chunk


def written_of(key: str, said: dict[str, Any]) -> Written:
    """What the server's answer to one item means. Raises Transient or Rejected where it means all."""
    status, error = said["status"], said.get("error")
    if status <= _CREATED:
        return Written(key, Outcome.STORED)
    if status == _CONFLICT:
        return Written(key, Outcome.NEWER)
    block = read_only(error)
    if block is not None:
        raise block
    if isinstance(error, dict) and error.get("type") == "index_not_found_exception":
        raise Rejected(f"There is no such generation: {error.get('reason')}")
    return Written(key, Outcome.BUSY if status in _BUSY else Outcome.REFUSED, cause(error))
