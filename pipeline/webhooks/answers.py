"""Answers as bytes."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from pipeline.problems import MEDIA_TYPE, ProblemError

Send = Callable[[dict[str, Any]], Awaitable[None]]


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


async def send_answer(send: Send, answer: Answer, request_id: bytes) -> None:
    """Send an answer in two ASGI messages."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [
                (b"content-type", answer.media),
                (b"content-length", b"%d" % len(answer.body)),
                (b"x-request-id", request_id),
                *answer.headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
