"""Answers as bytes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from pipeline.problems import MEDIA_TYPE, ProblemError

Send = Callable[[dict[str, Any]], Awaitable[None]]

WHOLE_ANSWER = "afterword.whole_answer"
"""An ASGI extension of our server's protocol: a function of status, header lines and body that
writes them at once, or says False."""

_NONE: Mapping[str, Any] = {}


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    body: bytes
    media: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()


def problem_answer(problem: ProblemError) -> Answer:
    """A problem as an answer."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if problem.retry_after is not None:
        headers = ((b"retry-after", b"%d" % problem.retry_after),)
    return Answer(problem.status, problem.body(), MEDIA_TYPE, headers)


def json_answer(status: int, body: object) -> Answer:
    """A JSON answer."""
    return Answer(status, msgspec.json.encode(body))


async def send_answer(
    scope: Mapping[str, Any], send: Send, answer: Answer, request_id: bytes
) -> None:
    """Send an answer: whole where the server can, else in two ASGI messages."""
    body = answer.body
    whole = scope.get("extensions", _NONE).get(WHOLE_ANSWER)
    # Headers of its own may hold what somebody sent: those the server's checks must see.
    if whole is not None and not answer.headers:
        head = b"content-type: %b\r\ncontent-length: %d\r\nx-request-id: %b\r\n"
        if whole(answer.status, head % (answer.media, len(body), request_id), body):
            return
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [
                (b"content-type", answer.media),
                (b"content-length", b"%d" % len(body)),
                (b"x-request-id", request_id),
                *answer.headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
