"""Reading a body: counted while it arrives and again while it inflates, never held beyond the limit."""

import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pipeline.problems import ProblemError

Receive = Callable[[], Awaitable[dict[str, Any]]]

_WINDOW_BITS = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], *, limit: int) -> bytes:
    """The decoded body, at most `limit` bytes. Raises ProblemError (400, 413, 415).

    It waits for the sender: how long one may take is up to the server (pipeline.processes.patience).
    """
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    message = await receive()  # nearly always the whole body
    body = await _rest(receive, message, limit) if message.get("more_body") else _part(message)
    if len(body) > limit:
        raise _too_large(limit)
    encoding = headers.get(b"content-encoding")
    return body if encoding is None else inflate(body, encoding.strip().lower(), limit=limit)


async def _rest(receive: Receive, message: dict[str, Any], limit: int) -> bytes:
    parts = [_part(message)]
    size = len(parts[0])
    while message.get("more_body"):
        message = await receive()
        parts.append(_part(message))
        size += len(parts[-1])
        if size > limit:
            raise _too_large(limit)
    return b"".join(parts)


def _part(message: dict[str, Any]) -> bytes:
    if message["type"] != "http.request":
        raise ProblemError("unreadable", "the connection closed before the body was complete")
    return message.get("body") or b""


def inflate(body: bytes, encoding: bytes, *, limit: int) -> bytes:
    """The body without its content encoding. A bomb stops at the limit. Raises ProblemError."""
    if encoding in (b"", b"identity"):
        return body
    bits = _WINDOW_BITS.get(encoding)
    if bits is None:
        raise ProblemError("unsupported-media-type", "content encodings taken: gzip, deflate")
    inflater = zlib.decompressobj(bits)
    try:
        plain = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise ProblemError("unreadable", f"the body is not {encoding.decode('latin-1')}") from error
    if len(plain) > limit:
        raise _too_large(limit)
    if not inflater.eof:
        raise ProblemError("unreadable", "the compressed body is cut short")
    return plain


def _too_large(limit: int) -> ProblemError:
    return ProblemError("too-large", f"a body may hold {limit} bytes, also when inflated")
