"""A tiny ASGI client: one request, one answer, no sockets."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


async def request(  # noqa: PLR0913 - a request has that many parts
    app: Any,
    path: str,
    body: bytes | Sequence[bytes] = b"",
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    client: tuple[str, int] = ("203.0.113.9", 4000),
    query: str = "",
) -> Reply:
    """Send a request; a sequence of bodies arrives in as many parts."""
    parts = [body] if isinstance(body, bytes) else list(body)
    incoming = [
        {"type": "http.request", "body": part, "more_body": i < len(parts) - 1}
        for i, part in enumerate(parts)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop(0)
        await asyncio.Event().wait()  # the peer says nothing more
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in (headers or {}).items()],
        "client": client,
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
        "root_path": "",
    }
    await app(scope, receive, send)
    start = sent[0]
    whole = b"".join(message.get("body", b"") for message in sent[1:])
    return Reply(start["status"], dict(start["headers"]), whole)


def call(app: Any, path: str, body: bytes | Sequence[bytes] = b"", **more: Any) -> Reply:
    """`request`, run to its end."""
    return asyncio.run(request(app, path, body, **more))
