"""What an X archive tells of its owner's lists: found in its files, and only those are opened.

Those are account.js, follower*.js, following*.js and manifest.js. Direct messages and whatever else
an archive holds are never read, whatever its manifest says.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple

from pipeline.domain.graph.archive import (
    KEYS,
    Listed,
    Manifest,
    listed,
    manifest_of,
    owner_of,
)
from pipeline.domain.graph.kinds import Direction
from pipeline.domain.graph.port import Person
from pipeline.errors import Rejected
from pipeline.ingest.graph.members import Members

TOTAL_LIMIT = 1_000_000_000
"""Bytes of all files that are read."""
_OPENED = re.compile(r"(?:account|follower|following)(?:-part[0-9]{1,4})?\.js|manifest\.js")
_ACCOUNT, _MANIFEST = "account.js", "manifest.js"
_X_BEGAN = datetime(2006, 3, 21, tzinfo=UTC)
_WHOLE = "give the archive as X sent it: a ZIP, or the folder it was unpacked to"


class Snapshot(NamedTuple):
    """An archive's lists, as they were at a moment. A list it does not hold is absent."""

    where: str
    at: datetime
    owner: Person
    lists: Mapping[Direction, Listed]
    is_partial: bool
    """It calls itself one of several parts: who is not in it may be in another."""


def snapshot_of(members: Members, *, at: datetime | None, now: datetime) -> Snapshot:
    """Read an archive. `at` overrides the time it tells. Raises Rejected with what to do."""
    files = _Files(members)
    manifest = files.manifest()
    owner = owner_of(files.read(_ACCOUNT), files.place(_ACCOUNT))
    if manifest.owner_id not in (None, owner.native_id):
        told = f"its manifest says {manifest.owner_id}, its account {owner.native_id}"
        raise Rejected(f"{members.where} is of two accounts ({told}): {_WHOLE}")
    found = {direction: files.listed(direction, manifest) for direction in Direction}
    lists = {direction: each for direction, each in found.items() if each is not None}
    if not lists:
        raise Rejected(f"{members.where} holds neither follower.js nor following.js: {_WHOLE}")
    moment = at or manifest.generated_at or files.modified_at()
    _check_moment(moment, now, members.where)
    return Snapshot(members.where, moment, owner, lists, manifest.is_partial)


class _Files:
    """The few files of an archive that may be opened, wherever its top folder is."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._folder = _folder(members)
        self._names = {
            name.removeprefix(self._folder): name
            for name in members.names
            if name.startswith(self._folder) and _OPENED.fullmatch(name.removeprefix(self._folder))
        }
        self._read = 0

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Rejected."""
        body = self._members.read(self._names[name])
        self._read += len(body)
        if self._read > TOTAL_LIMIT:
            raise Rejected(f"{self._members.where} holds more than {TOTAL_LIMIT // 1_000_000} MB")
        return body

    def place(self, name: str) -> str:
        """A file, to show."""
        return f"{self._members.where}: {self._names[name]}"

    def modified_at(self) -> datetime:
        """When the archive was made, by its files. Raises Rejected where they don't say."""
        found = self._members.modified_at(self._names[_ACCOUNT])
        if found is None:
            raise Rejected(f"{self._members.where} does not say when it was made: add --at TIME")
        return found

    def manifest(self) -> Manifest:
        """The manifest; an empty one where the archive is too old for it."""
        if _MANIFEST not in self._names:
            return Manifest()
        return manifest_of(self.read(_MANIFEST), self.place(_MANIFEST))

    def listed(self, direction: Direction, manifest: Manifest) -> Listed | None:
        """A list: the files the manifest names, else those there are; None for none of them."""
        key = KEYS[direction]
        if key in manifest.files:
            told = manifest.files[key]
            names = [PurePosixPath(file.name).name for file in told]
            self._check(names, key)
            counted = [file.entries for file in told if file.entries is not None]
        else:
            names, counted = self._found(key), []
        bodies = ((self.place(name), self.read(name)) for name in names)
        return listed(direction, bodies, sum(counted)) if names else None

    def _found(self, key: str) -> list[str]:
        """Parts in order: NAME.js, NAME-part1.js, …; one between that is missing is not noticed."""
        parts = [name for name in self._names if name.removesuffix(".js").split("-")[0] == key]
        return sorted(parts, key=lambda name: (len(name), name))

    def _check(self, names: list[str], key: str) -> None:
        for name in names:
            if not _OPENED.fullmatch(name) or not name.startswith(key):
                place = self.place(_MANIFEST)
                raise Rejected(f"{place} names {name!r} as a file of {key!r}: {_WHOLE}")
            if name not in self._names:
                raise Rejected(
                    f"{self._members.where} lacks {name}, which it should hold: {_WHOLE}"
                )


def _folder(members: Members) -> str:
    """The folder of account.js, with its slash. Raises Rejected where there is none, or several."""
    paths = [PurePosixPath(name) for name in members.names]
    found = [path.parent for path in paths if path.name == _ACCOUNT and len(path.parts) <= 3]  # noqa: PLR2004 - below a top folder
    if not found:
        raise Rejected(f"{members.where} is no X archive: it has no data/account.js. {_WHOLE}")
    if len(found) > 1:
        raise Rejected(f"{members.where} holds several archives: give each by itself")
    return "" if found[0] == PurePosixPath() else f"{found[0]}/"


def _check_moment(moment: datetime, now: datetime, where: str) -> None:
    if not _X_BEGAN <= moment <= now + timedelta(hours=1):
        when = f"{moment:%Y-%m-%d %H:%M} UTC"
        raise Rejected(f"{where} says it was made at {when}, which can't be: add --at TIME")
