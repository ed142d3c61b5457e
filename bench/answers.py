"""HTTP/1.1 answers, read as far as a load client must: where one ends, and what it said."""

from typing import NamedTuple

NO_BODY = (204, 304)


class Head(NamedTuple):
    """What the first lines of an answer say.

    `ends_at` is the number of bytes of the whole answer; None where it is sent in chunks.
    """

    status: int
    ends_at: int | None
    keep_alive: bool


def read_head(data: bytes) -> Head | None:
    """Read an answer's head from its first bytes; None while it isn't there in full (RFC 9112).

    Raises ValueError for an answer without a length, which no keep-alive connection can end.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = data[:end].lower()
    status = int(head[9:12])
    keep_alive = b"connection: close" not in head
    if status in NO_BODY:
        return Head(status, end + 4, keep_alive)
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        stop = head.find(b"\r\n", at + 2)
        length = int(head[at + 17 : stop if stop >= 0 else end])
        return Head(status, end + 4 + length, keep_alive)
    if b"transfer-encoding: chunked" in head:
        return Head(status, None, keep_alive)
    raise ValueError(f"the answer has neither content-length nor chunks: {data[:end]!r}")


def is_complete(head: Head, data: bytes) -> bool:
    """Say whether `data` holds the whole answer.

    The last chunk (RFC 9112, section 7.1) ends a chunked one; trailers are not expected.
    """
    if head.ends_at is None:
        return data.endswith(b"0\r\n\r\n")
    return len(data) >= head.ends_at
