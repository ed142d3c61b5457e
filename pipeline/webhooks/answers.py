"""Answers as bytes: JSON, and problem details (RFC 9457) with a stable `type`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec

Send = Callable[[dict[str, Any]], Awaitable[None]]

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "unreadable": (400, "The request can't be read"),
    "unauthorized": (401, "The signature does not prove the sender"),
    "forbidden-origin": (403, "This page may not post comments here"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This address takes another method"),
    "timeout": (408, "The request did not arrive in time"),
    "conflict": (409, "The same id came with another body"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "This content type or encoding is not taken here"),
    "invalid": (422, "A field is missing or wrong"),
    "too-many-requests": (429, "Too many requests"),
    "unavailable": (503, "The event could not be stored now"),
}
"""Problem → status and title. The `type` is `/problems/NAME`, and never changes."""


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    body: bytes
    media: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()


class ProblemError(Exception):
    """Ends a request with problem details."""

    def __init__(self, name: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.name = name
        self.detail = detail
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.name][0]

    def answer(self) -> Answer:
        """The problem as an answer."""
        status, title = PROBLEMS[self.name]
        body = {
            "type": f"/problems/{self.name}",
            "title": title,
            "status": status,
            "detail": self.detail,
        }
        headers: tuple[tuple[bytes, bytes], ...] = ()
        if self.retry_after is not None:
            headers = ((b"retry-after", b"%d" % max(1, round(self.retry_after + 0.5))),)
        return Answer(status, msgspec.json.encode(body), b"application/problem+json", headers)


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
