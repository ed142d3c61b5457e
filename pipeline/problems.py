"""Problem details (RFC 9457) that every HTTP edge answers, with types that never change."""

from collections.abc import Mapping

import msgspec

MEDIA_TYPE = b"application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "unreadable": (400, "The request can't be read"),
    "login-wanted": (401, "This needs a user and a password"),
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
    "internal": (500, "Something went wrong on this side"),
    "unavailable": (503, "This can't be answered now"),
}
"""Problem → status and title. The `type` is `/problems/NAME`, and never changes."""


class ProblemError(Exception):
    """Ends a request with problem details. `retry_after` is in seconds."""

    def __init__(self, name: str, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.name = name
        self.detail = detail
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.name][0]

    @property
    def title(self) -> str:
        """What kind of problem it is, the same for all of its name."""
        return PROBLEMS[self.name][1]

    def body(self) -> bytes:
        """The problem as JSON."""
        return msgspec.json.encode(
            {
                "type": f"/problems/{self.name}",
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
            }
        )
