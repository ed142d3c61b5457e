"""Requests and answers, free of any server."""

import base64
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from tests.simulators.x.money import Reading

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Request(NamedTuple):
    """What was asked. Header names in lower case; of a repeated parameter the last one counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def bearer(self) -> str:
        """The bearer token, "" without one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def basic(self) -> tuple[str, str]:
        """User and password of Basic authentication, "" where there is none."""
        scheme, _, coded = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return "", ""
        try:
            user, _, password = base64.b64decode(coded).decode().partition(":")
        except ValueError:
            return "", ""
        return user, password

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass
class Answer:
    """What is said. `readings` are what it costs; `cut` tells the server to break the connection."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    media: str = JSON
    readings: tuple[Reading, ...] = ()
    paged: bool = False
    delay: float = 0.0
    cut: str = ""
    """`reset`: nothing is sent; `half`: half the body; `hang`: nothing, after a silence."""
    silence: float = 0.0
    feed: "Feed | None" = None
    """Lines that go on coming."""

    def encoded(self) -> bytes:
        """The body's bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else orjson.dumps(self.body)


class ProblemError(Exception):
    """The request ends with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(eq=False)
class Feed:
    """A stream that somebody reads."""

    app: str
    lines: deque[bytes] = field(default_factory=deque)


def query_of(raw: bytes) -> dict[str, str]:
    """A query string as parameters."""
    return dict(parse_qsl(raw.decode("ascii", "replace"), keep_blank_values=True))
