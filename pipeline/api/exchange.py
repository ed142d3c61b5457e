"""One call and its answer, as plain values: what the hot addresses take and give."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Any], Awaitable[None]]

_BODILESS = frozenset({204, 304})


class Call(NamedTuple):
    """A GET, read whole. Header names are in lower case; of a repeated one the last is kept."""

    query: bytes
    headers: Mapping[bytes, bytes]


class Answer(NamedTuple):
    """A whole answer, without the headers that every answer gets."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()


Door = Callable[[Call], Awaitable[Answer]]
"""What stands behind a hot address. Raises ProblemError."""


async def send_answer(
    send: Send, answer: Answer, extra: list[Header], *, body_wanted: bool
) -> None:
    """Send an answer in two ASGI messages; a HEAD gets the headers of the GET alone."""
    headers = [*answer.headers, *extra]
    if answer.status not in _BODILESS:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if body_wanted else b""})
