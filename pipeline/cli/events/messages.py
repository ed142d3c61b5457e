"""Events read from files, ready to sign."""

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipeline.errors import UnreadableError


class Message(NamedTuple):
    """A body to post, its id, and where it stood."""

    place: str
    id: str
    body: bytes


class _Envelope(msgspec.Struct):
    type: str
    data: msgspec.Raw


def read_messages(path: Path, *, type_: str | None, again: bool) -> Iterator[Message]:
    """The events of a file: one, or one a line in a .jsonl.

    With `type_`, what stands there is the data of an event of that type. Ids are made of the
    content, so that a repeat is one; with `again` they are new. Raises UnreadableError.
    """
    for place, text in _texts(path):
        body = _body(text, type_, place)
        salt = secrets.token_bytes(16) if again else b""
        yield Message(place, f"cli_{hashlib.sha256(salt + body).hexdigest()[:40]}", body)


def _texts(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} can't be read: {error.strerror}") from error
    if path.suffix != ".jsonl":
        yield str(path), content
        return
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            yield f"{path}:{number}", line


def _body(text: bytes, type_: str | None, place: str) -> bytes:
    try:
        if type_ is not None:
            data: Any = msgspec.json.decode(text)
            return msgspec.json.encode({"type": type_, "data": data})
        msgspec.json.decode(text, type=_Envelope)
    except msgspec.ValidationError as error:
        raise UnreadableError(
            f'{place} is no event ({error}): write {{"type": …, "data": …}}, or name --type'
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{place} is not JSON: {error}") from error
    return text
