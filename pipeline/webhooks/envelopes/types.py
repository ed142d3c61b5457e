"""What a request turns into."""

from datetime import datetime

import msgspec

from pipeline.errors import InvalidEventError


class Incoming(msgspec.Struct, frozen=True):
    """One event as its sender tells it.

    `id` is the sender's idempotency key and `at` (aware, UTC) when it says it happened, each None
    where it says nothing. `data` is JSON in UTF-8: valid, without NUL, at most 100 levels deep.
    """

    type: str
    id: str | None
    at: datetime | None
    data: bytes


class UnsupportedMediaError(InvalidEventError):
    """The body is of a type, or in a character set, that this sender may not use (HTTP 415)."""
