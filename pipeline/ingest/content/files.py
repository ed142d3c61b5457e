"""A site whose source is a folder: which of its files are posts, and which of them changed.

A file is known to be unchanged by a digest of its bytes, and not by the commit it belongs to.
Reading a blog's bytes costs no more than asking git what happened to them (docs/content.md has the
figures), and it is right after a forced push, in a shallow clone, in a dirty tree and without git.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

import msgspec

from pipeline.domain.posts.post import Post
from pipeline.domain.posts.problem import PostError
from pipeline.errors import InvalidEventError
from pipeline.ingest.content.folder import Folder
from pipeline.ingest.content.source import (
    Finished,
    Found,
    Item,
    Refused,
    State,
    Survey,
    Unchanged,
    Withheld,
)


class Candidate(NamedTuple):
    """A file that may be a post, and the id the post will have."""

    path: str
    id: str


class Reader(Protocol):
    """The rules of one generator, for one state of its settings."""

    fingerprint: str
    """Changes with all that a file's meaning depends on besides its own bytes."""

    def candidates(self, paths: Iterable[str]) -> list[Candidate]:
        """Those of the sorted paths that may be posts, in that order."""

    def read(self, candidate: Candidate, content: bytes) -> Post | str:
        """The post a file holds, or why it is withheld. Raises PostError, InvalidEventError."""


class _Seen(msgspec.Struct, array_like=True):
    """A file as it was: a post at `url`, or withheld for a reason."""

    digest: str
    url: str | None
    withheld: str | None = None


class _State(msgspec.Struct):
    fingerprint: str
    files: dict[str, _Seen]


def survey_folder(folder: Folder, reader: Reader, state: State | None) -> Survey:
    """The survey of a folder's posts by a generator's rules."""
    candidates = reader.candidates(folder.files)
    run = _Run(folder, reader, _known(state, reader.fingerprint))
    return Survey(len(candidates), run.items(candidates))


class _Run:
    """One survey. `before` is what was seen last time; what is seen now fills `_seen`."""

    def __init__(self, folder: Folder, reader: Reader, before: Mapping[str, _Seen]) -> None:
        self._folder = folder
        self._reader = reader
        self._before = before
        self._seen: dict[str, _Seen] = {}
        self._ids: dict[str, str] = {}
        self._urls: dict[str, str] = {}

    def items(self, candidates: list[Candidate]) -> Iterator[Item | Finished]:
        yield from self._folder.unread
        for candidate in self._reader.candidates(self._folder.links):
            reason = "it is a symbolic link, which is not followed: put the file itself here"
            yield Refused(candidate.path, None, reason, candidate.id)
        for candidate in candidates:
            try:
                item = self._item(candidate)
            except PostError as error:
                item = Refused(candidate.path, error.line, error.reason, candidate.id)
            except InvalidEventError as error:
                item = Refused(candidate.path, None, error.problem, candidate.id)
            if item is not None:
                yield item
        if self._before and not candidates:
            # A volume that is not mounted looks like this.
            yield Refused(str(self._folder.root), None, "no post is left: nothing is taken as gone")
        complete = self._folder.complete and bool(candidates or not self._before)
        seen = self._seen if complete else {**self._before, **self._seen}
        state = _State(self._reader.fingerprint, seen)
        yield Finished(complete, msgspec.to_builtins(state))

    def _item(self, candidate: Candidate) -> Item | None:
        path, id_ = candidate
        content = self._folder.read(path)
        if content is None:
            return None
        if (first := self._ids.setdefault(id_, path)) != path:
            raise PostError(None, f"{first} has the same id, {id_}: rename or remove one of them")
        digest = blake2b(content, digest_size=16).hexdigest()
        before = self._before.get(path)
        if before is not None and before.digest == digest:
            return self._again(candidate, before)
        read = self._reader.read(candidate, content)
        if isinstance(read, str):
            self._seen[path] = _Seen(digest, None, read)
            return Withheld(id_, path, read)
        self._claim(read.url, path)
        self._seen[path] = _Seen(digest, read.url)
        return Found(read, path)

    def _again(self, candidate: Candidate, before: _Seen) -> Item:
        if before.url is not None:
            self._claim(before.url, candidate.path)
        self._seen[candidate.path] = before
        if before.withheld is not None:
            return Withheld(candidate.id, candidate.path, before.withheld)
        return Unchanged(candidate.id)

    def _claim(self, url: str, path: str) -> None:
        if (first := self._urls.setdefault(url, path)) != path:
            raise PostError(None, f"{first} has the same address, {url}: change one of them")


def fingerprint(*parts: object) -> str:
    """A digest of what the meaning of files depends on, this version of the rules among it."""
    return blake2b(repr((version("afterword"), *parts)).encode(), digest_size=16).hexdigest()


def _known(state: State | None, fingerprint_now: str) -> Mapping[str, _Seen]:
    """What the state says was seen; nothing where it is another source's, or the rules changed."""
    try:
        known: Any = msgspec.convert(state, _State)
    except msgspec.ValidationError:
        return {}
    return known.files if known.fingerprint == fingerprint_now else {}
