"""X archives for tests, as X makes them, with direct messages that nobody may read."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

MADE = datetime(2026, 5, 1, 10, tzinfo=UTC)
OWNER = "42"


def assigned(name: str, value: Any) -> bytes:
    """`window.NAME = JSON`."""
    return f"window.{name} = ".encode() + msgspec.json.format(msgspec.json.encode(value), indent=2)


def part(kind: str, ids: Sequence[str | Mapping[str, Any]], number: int = 0) -> bytes:
    """One part of a list; an entry is an id, or what stands in its place."""
    entries = [{kind: _member(each) if isinstance(each, str) else each} for each in ids]
    return assigned(f"YTD.{kind}.part{number}", entries)


def account(owner: str = OWNER, handle: str = "kim") -> bytes:
    fields = {
        "email": "kim@example.org",
        "createdVia": "web",
        "username": handle,
        "accountId": owner,
        "createdAt": "2009-03-14T15:09:26.000Z",
        "accountDisplayName": handle.title(),
    }
    return assigned("YTD.account.part0", [{"account": fields}])


def manifest(
    files: Mapping[str, Sequence[tuple[str, int | None]]],
    *,
    at: datetime | None = MADE,
    owner: str = OWNER,
    partial: bool = False,
) -> bytes:
    """The manifest; `files` by data type, each with its number of entries."""
    types = {
        kind: {"files": [{"fileName": f"data/{name}", "count": str(n)} for name, n in listed]}
        for kind, listed in files.items()
    }
    info: dict[str, Any] = {"isPartialArchive": partial}
    if at is not None:
        info["generationDate"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    user = {"accountId": owner, "userName": "kim"}
    return assigned("__THAR_CONFIG", {"userInfo": user, "archiveInfo": info, "dataTypes": types})


def files_of(
    followers: Sequence[str | Mapping[str, Any]] | None = None,
    following: Sequence[str | Mapping[str, Any]] | None = None,
    *,
    at: datetime | None = MADE,
    owner: str = OWNER,
    partial: bool = False,
) -> dict[str, bytes]:
    """An archive's files by name, direct messages that are no JSON among them."""
    files = {
        "Your archive.html": b"<html>",
        "data/account.js": account(owner),
        "data/direct-messages.js": b"private",
        "data/tweets.js": b"private",
    }
    told: dict[str, list[tuple[str, int | None]]] = {"directMessages": [("direct-messages.js", 1)]}
    for kind, ids in (("follower", followers), ("following", following)):
        if ids is not None:
            files[f"data/{kind}.js"] = part(kind, ids)
            told[kind] = [(f"{kind}.js", len(ids))]
    return files | {"data/manifest.js": manifest(told, at=at, owner=owner, partial=partial)}


def zipped(path: Path, files: Mapping[str, bytes], *, folder: str = "") -> Path:
    """A ZIP of files, below a top folder if one is named."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(folder + name, (2026, 4, 30, 9, 0, 0))
            archive.writestr(entry, body, compress_type=zipfile.ZIP_DEFLATED)
    return path


def unpacked(root: Path, files: Mapping[str, bytes]) -> Path:
    """A folder of files."""
    for name, body in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)
    return root


def archive(path: Path, *args: Any, **more: Any) -> Path:
    """`zipped` of `files_of`."""
    return zipped(path, files_of(*args, **more))


def _member(native_id: str) -> dict[str, str]:
    link = f"https://twitter.com/intent/user?user_id={native_id}"
    return {"accountId": native_id, "userLink": link}
