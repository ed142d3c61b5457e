"""The files of an archive, in a ZIP or unpacked in a folder: named, and read within limits.

Nothing is extracted, and nothing is opened but by `read`. A ZIP that no archiver makes by accident
(odd names, links, twice the same name, an unpacked size out of proportion) is refused whole.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol

from pipeline.errors import Rejected

MEMBER_LIMIT = 256_000_000
"""Bytes of one file, unpacked: two million followers."""
_RATIO_LIMIT = 200
_RATIO_FROM = 1_000_000
_ENTRIES_LIMIT = 500_000
# The names of that many entries; the directory is read whole before one of them is looked at.
_DIRECTORY_LIMIT = 64_000_000
_CHUNK = 1 << 20
_ENCRYPTED = 0x41
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FIRST_YEAR = 1981  # a ZIP's entries without a time are of 1980
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_AGAIN = "download the archive from X again"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Members(Protocol):
    """Files by their names, with slashes."""

    where: str
    names: frozenset[str]

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Rejected for one that is too large or broken."""
        ...

    def modified_at(self, name: str) -> datetime | None:
        """When a file was made, as far as it is known; a ZIP's times are taken as UTC."""
        ...


@contextmanager
def opened(path: Path) -> Iterator[Members]:
    """The files at a path. Raises Rejected with what to do."""
    try:
        if path.is_dir():
            yield _Folder(path)
            return
        with path.open("rb") as file, _zip(file, str(path)) as members:
            yield members
    except FileNotFoundError:
        raise Rejected(f"there is no {path}") from None
    except OSError as error:
        raise Rejected(f"{path} can't be read: {error.strerror or error}") from error


@contextmanager
def _zip(file: BinaryIO, where: str) -> Iterator[Members]:
    _check_end(file, where)
    try:
        archive = zipfile.ZipFile(file)
    except (*_BROKEN, struct.error) as error:
        raise Rejected(f"{where} is broken or cut short ({error}): {_AGAIN}") from error
    with archive:
        yield _Zip(archive, where)


def _check_end(file: BinaryIO, where: str) -> None:
    """That it ends as a ZIP does, with a directory of a size that may be read."""
    begin = file.read(4)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 65_600))
    tail = file.read()
    at = tail.rfind(_END)
    if not begin.startswith(b"PK"):
        raise Rejected(f"{where} is no ZIP file: give the archive as X sent it, or its folder")
    if at < 0 or len(tail) < at + 22:
        raise Rejected(f"{where} is cut short: {_AGAIN}")
    (directory,) = struct.unpack_from("<12xL", tail, at)
    if (at64 := tail.rfind(_END64, 0, at)) >= 0 and at - at64 >= 56:  # noqa: PLR2004 - its size
        (directory,) = struct.unpack_from("<40xQ", tail, at64)
    if directory > min(size, _DIRECTORY_LIMIT):
        raise Rejected(
            f"{where} is broken, or no archive of X: its directory has {directory} bytes"
        )


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, where: str) -> None:
        entries = archive.infolist()
        if len(entries) > _ENTRIES_LIMIT:
            raise Rejected(f"{where} has more than {_ENTRIES_LIMIT} entries: no archive of X does")
        self.where = where
        self._archive = archive
        self._entries: Mapping[str, zipfile.ZipInfo] = _checked(entries, where)
        self.names = frozenset(self._entries)

    def read(self, name: str) -> bytes:
        entry = self._entries[name]
        where = f"{self.where}: {name}"
        _check_entry(entry, where)
        try:
            with self._archive.open(entry) as file:
                return _read(file, where, entry.file_size)
        except _BROKEN as error:
            raise Rejected(f"{where} is broken or cut short ({error}): {_AGAIN}") from error

    def modified_at(self, name: str) -> datetime | None:
        try:
            at = datetime(*self._entries[name].date_time, tzinfo=UTC)
        except ValueError:
            return None
        return at if at.year >= _FIRST_YEAR else None


class _Folder:
    def __init__(self, root: Path) -> None:
        self.where = str(root)
        self._root = root
        self.names = frozenset(_files_near(root))

    def read(self, name: str) -> bytes:
        where = f"{self.where}/{name}"
        if not (self._root / name).resolve().is_relative_to(self._root.resolve()):
            raise Rejected(f"{where} leads out of the folder: give it as it was unpacked")
        with (self._root / name).open("rb") as file:
            return _read(file, where, MEMBER_LIMIT)

    def modified_at(self, name: str) -> datetime | None:
        return datetime.fromtimestamp((self._root / name).stat().st_mtime, UTC)


def _files_near(root: Path) -> Iterator[str]:
    """JavaScript files in a folder, and at most two below: tweets' media are not walked through."""
    for pattern in ("*.js", "*/*.js", "*/*/*.js"):
        for path in root.glob(pattern):
            if path.is_file():
                yield path.relative_to(root).as_posix()


def _checked(entries: list[zipfile.ZipInfo], where: str) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = entry.orig_filename
        if name in found:
            raise Rejected(f"{where} has {name!r} twice, so it is not as X sent it: {_AGAIN}")
        if not _is_plain(name):
            raise Rejected(f"{where} has an entry {name[:100]!r}, which X's never have: {_AGAIN}")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Rejected(f"{where} has a link, {name!r}, which X's never have: {_AGAIN}")
        found[name] = entry
    return found


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    has_drive = ":" in path.parts[0] if path.parts else True
    return not (path.is_absolute() or has_drive or ".." in path.parts or {"\\", "\0"} & set(name))


def _check_entry(entry: zipfile.ZipInfo, where: str) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Rejected(f"{where} needs a password: unpack the ZIP and give the folder instead")
    if entry.compress_type not in _METHODS:
        raise Rejected(f"{where} is packed in a way X does not use: unpack it, give the folder")
    packed = max(1, entry.compress_size)
    if entry.file_size > _RATIO_FROM and entry.file_size > packed * _RATIO_LIMIT:
        raise Rejected(f"{where} unpacks to {entry.file_size // packed} times its size: refused")
    if entry.file_size > MEMBER_LIMIT:
        raise Rejected(f"{where} unpacks to more than {MEMBER_LIMIT // 1_000_000} MB: refused")


def _read(file: IO[bytes], where: str, told: int) -> bytes:
    """The bytes, counted while they come: what a ZIP tells of its sizes need not be true."""
    chunks, size = [], 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > min(told, MEMBER_LIMIT):
            raise Rejected(
                f"{where} is larger than it says, or than {MEMBER_LIMIT // 1_000_000} MB"
            )
        chunks.append(chunk)
    return b"".join(chunks)
