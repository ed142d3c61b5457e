"""What the members of an X data archive say: whose it is, when it was made, who is in its lists.

Each is JavaScript that assigns JSON: `window.YTD.follower.part0 = [ … ]`, and the manifest
`window.__THAR_CONFIG = { … }`. Archives tell ids, no handles and no dates of follows, and promise
no order. Shapes: as in archives of 2019 to 2026.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec

from pipeline.domain.graph.kinds import Direction
from pipeline.domain.graph.port import Person
from pipeline.errors import Rejected

KEYS = {Direction.FOLLOWERS: "follower", Direction.FOLLOWING: "following"}
"""How an archive calls each list, in its files' names and its entries."""

_ID = re.compile(r"[0-9]{1,19}")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
_AGAIN = "download the archive from X again"


class Listed(NamedTuple):
    """A list as an archive tells it."""

    ids: Sequence[str]
    """Each once, in the archive's order."""
    repeated: int = 0
    unresolved: Sequence[str] = ()
    """Entries without an id: a handle or the link, as far as there is one."""
    untold: int = 0
    """Entries the manifest counts and the files do not hold."""

    @property
    def is_whole(self) -> bool:
        """Whether somebody who is not in it was not in the list either."""
        return not self.unresolved and not self.untold


class File(NamedTuple):
    """A file that the manifest names, and how many entries it counts there, if it says."""

    name: str
    entries: int | None


class Manifest(NamedTuple):
    """What the archive says of itself; everything may be absent."""

    generated_at: datetime | None = None
    owner_id: str | None = None
    is_partial: bool = False
    files: Mapping[str, Sequence[File]] = {}
    """By data type."""


def manifest_of(body: bytes, where: str) -> Manifest:
    """The manifest. Raises Rejected where it can't be read."""
    value = _assigned(body, where, b"{", b"}")
    archive, owner = _dict(value, "archiveInfo"), _dict(value, "userInfo")
    types = _dict(value, "dataTypes")
    return Manifest(
        generated_at=moment_of(archive.get("generationDate")),
        owner_id=_id(owner.get("accountId")),
        is_partial=archive.get("isPartialArchive") is True,
        files={name: _files(_dict(types, name)) for name in types},
    )


def owner_of(body: bytes, where: str) -> Person:
    """The account in account.js. Raises Rejected where there is none with an id."""
    for entry in _entries(body, where):
        account = _dict(entry, "account")
        if native_id := _id(account.get("accountId")):
            return Person(
                native_id,
                handle=_text(account.get("username")),
                name=_text(account.get("accountDisplayName")),
                created_at=moment_of(account.get("createdAt")),
            )
    raise Rejected(f"{where} names no account with an accountId: {_AGAIN}")


def listed(
    direction: Direction, bodies: Iterable[tuple[str, bytes]], counted: int | None
) -> Listed:
    """A list out of its parts (where, body); `counted` is the manifest's number of entries.

    Raises Rejected where a part can't be read or holds something else.
    """
    ids: dict[str, None] = {}
    unresolved: dict[str, None] = {}
    total = resolved = 0
    for where, body in bodies:
        for entry in _entries(body, where):
            total += 1
            native_id, link = _member(entry, KEYS[direction], f"{where}, entry {total}")
            if native_id is not None:
                resolved += 1
                ids[native_id] = None
            else:
                unresolved[link or f"entry {total}"] = None
    untold = max(0, (counted or 0) - total)
    return Listed(tuple(ids), resolved - len(ids), tuple(unresolved), untold)


def moment_of(value: Any) -> datetime | None:
    """A time as archives write it (ISO 8601, UTC), aware; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _member(entry: Any, key: str, where: str) -> tuple[str | None, str | None]:
    """An entry's id, else what its link says. Raises Rejected for an entry of another list."""
    value = entry.get(key) if isinstance(entry, dict) else None
    if not isinstance(value, dict):
        raise Rejected(f"{where}: this is no {key!r}: is the file what its name says?")
    link = _text(value.get("userLink"))
    if native_id := _id(value.get("accountId")):
        return native_id, link
    return _linked(link)


def _linked(link: str | None) -> tuple[str | None, str | None]:
    """The id or the handle in a link: …/intent/user?user_id=12 or …/handle."""
    if link is None:
        return None, None
    try:
        parts = urlsplit(link)
        query = parse_qs(parts.query)
    except ValueError:
        return None, link
    path = parts.path.strip("/")
    if path == "intent/user":
        return _id(query.get("user_id", [None])[0]), link
    return None, path if _HANDLE.fullmatch(path) else link


def _entries(body: bytes, where: str) -> list[Any]:
    found: list[Any] = _assigned(body, where, b"[", b"]")
    return found


def _assigned(body: bytes, where: str, first: bytes, last: bytes) -> Any:
    """The JSON between two brackets after the first `=`. Raises Rejected."""
    _, equals, value = body.partition(b"=")
    begin, end = value.find(first), value.rfind(last)
    if not equals or begin < 0:
        raise Rejected(f"{where} is no file of an X archive: it should assign `{first.decode()}…`")
    if end < begin:
        raise Rejected(f"{where} is cut short: {_AGAIN}")
    try:
        return msgspec.json.decode(value[begin : end + 1])
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Rejected(f"{where} can't be read ({error}): {_AGAIN}") from error


def _files(kind: Mapping[str, Any]) -> tuple[File, ...]:
    listing = kind.get("files")
    named = (
        [each for each in listing if isinstance(each, dict)] if isinstance(listing, list) else []
    )
    return tuple(
        File(each["fileName"], _count(each.get("count")))
        for each in named
        if isinstance(each.get("fileName"), str)
    )


def _count(value: Any) -> int | None:
    text = str(value)
    return int(text) if _ID.fullmatch(text) else None


def _dict(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _id(value: Any) -> str | None:
    """A native id: decimal digits. Old archives write some as numbers."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value)
    return text if _ID.fullmatch(text) else None


def _text(value: Any) -> str | None:
    return value.replace("\0", "").strip()[:256] or None if isinstance(value, str) else None
