"""Requests rendered to bytes: signed comments for a webhook, plain ones for Isso, reads."""

import base64
import hashlib
import hmac
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from bench.texts import endless

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
# 520 bytes is what a comment of ordinary length makes with its envelope.
BODY_BYTES = 520
SITE = "https://blog.example"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NAMES = ("Ada", "Ben", "Chloe", "Dmitri", "Elena", "Farid", "Grace", "Hana", "Ivo", "Jo", "Kofi")


class Comment(NamedTuple):
    """One comment to send: `number` is unique in a run and makes every id and author."""

    number: int
    page: str
    text: str

    @property
    def author(self) -> dict[str, str]:
        """A name and an address of its own per comment."""
        name = NAMES[self.number % len(NAMES)]
        return {"name": name, "email": f"{name.lower()}{self.number}@example.org"}


def write(texts: Sequence[str], page: str, numbers: Sequence[int], seed: int) -> list[Comment]:
    """Write one comment on `page` per number; the same arguments give the same comments."""
    # The text is cut for the body's exact size when the request is rendered; longer never hurts.
    supply = endless(texts, BODY_BYTES, random.Random(seed))  # noqa: S311 - no secret hangs on it
    return [Comment(number, page, next(supply)) for number in numbers]


def envelope(comment: Comment, now: datetime, size: int = BODY_BYTES) -> bytes:
    """Render a `comment.posted` event as JSON of exactly `size` bytes.

    Raises ValueError where the size leaves no room for a text.
    """
    at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    data = {
        "id": f"c-{comment.number:08d}",
        "page": comment.page,
        "page_url": SITE + comment.page,
        "author": comment.author,
        "text": "",
        # 198.18.0.0/15 is set aside for benchmarks (RFC 2544): one address per author.
        "ip": f"198.{18 + comment.number // 65536 % 2}"
        f".{comment.number // 256 % 256}.{comment.number % 256}",
        "user_agent": AGENT,
    }
    event = {"type": "comment.posted", "timestamp": at, "data": data}
    room = size - len(msgspec.json.encode(event))
    if not 0 < room <= len(comment.text):
        raise ValueError(f"a body of {size} bytes leaves {room} for the text of {comment.page}")
    data["text"] = comment.text[: room - 1].rstrip().ljust(room - 1, ".") + "."
    return msgspec.json.encode(event)


def sign(body: bytes, message_id: str, now: datetime) -> str:
    """Sign as Standard Webhooks 1.0 does: base64 of HMAC-SHA256 over id.timestamp.body."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{message_id}.{int(now.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def webhook(comment: Comment, now: datetime | None = None) -> bytes:
    """Render the signed POST of one comment; valid for five minutes from `now` (aware)."""
    now = now or datetime.now(UTC)
    body = envelope(comment, now)
    message_id = f"msg_{comment.number:08d}"
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign(body, message_id, now),
    }
    return post("/webhooks/blog", body, headers)


def post_published(number: int, body: str) -> bytes:
    """Render the signed `post.published` of a short post; valid for five minutes."""
    now = datetime.now(UTC)
    data = {
        "id": f"post-{number}",
        "url": f"{SITE}/posts/{number}/",
        "title": f"Post {number}",
        "body": body,
        "format": "markdown",
        "published_at": "2026-01-01T00:00:00Z",
        "language": "en",
    }
    event = {"type": "post.published", "timestamp": now.isoformat(), "data": data}
    raw, message_id = msgspec.json.encode(event), f"post_{number:08d}"
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign(raw, message_id, now),
    }
    return post("/webhooks/blog", raw, headers)


def isso(comment: Comment) -> bytes:
    """Render the POST of the same comment to Isso."""
    text = envelope(comment, datetime.now(UTC))
    body = {
        **comment.author,
        "author": comment.author["name"],
        "text": msgspec.json.decode(text)["data"]["text"],
        "title": comment.page,
    }
    body.pop("name")
    return post(f"/new?uri={comment.page}", msgspec.json.encode(body), {})


def post(target: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Render a POST of JSON over HTTP/1.1."""
    lines = [f"POST {target} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *(f"{key}: {val}" for key, val in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(target: str, headers: dict[str, str] | None = None) -> bytes:
    """Render a GET as a browser sends it: compressed answers are welcome."""
    lines = [f"GET {target} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip"]
    return "\r\n".join(
        [*lines, *(f"{key}: {val}" for key, val in (headers or {}).items()), "", ""]
    ).encode()


def paged(comments: int, pages: int, prefix: str = "/posts/p") -> Iterator[tuple[str, range]]:
    """Deal `comments` numbers out to `pages` pages in blocks: (page, numbers) in order."""
    size = -(-comments // pages)
    for index, start in enumerate(range(0, comments, size)):
        yield f"{prefix}{index:03d}/", range(start, min(start + size, comments))
