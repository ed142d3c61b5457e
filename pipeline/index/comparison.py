"""Comparing a generation with the posts, by reading it back: ids, versions, digests."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from pipeline.domain.search import Document
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine, Entry
from pipeline.store import posts
from pipeline.store.database import Database

PAGE = 500


class Kind(StrEnum):
    """How an entry differs from its post."""

    MISSING = "missing"  # readers can't find a post that they should
    STALE = "stale"  # another version or content
    ORPHAN = "orphan"  # readers find what they should not


class Difference(NamedTuple):
    """A post of which the index is wrong. `found` is what it has."""

    key: str
    kind: Kind
    found: Entry | None


@dataclass
class Side:
    """How many documents a side has, and the digest of all of them in the order of their keys."""

    count: int = 0
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, entry: Entry) -> None:
        """Count a document."""
        self.count += 1
        self._hash.update(f"{entry.key} {entry.version} {entry.digest}\n".encode())

    @property
    def checksum(self) -> str:
        """Hex SHA-256: equal on both sides where every key, version and digest is."""
        return self._hash.hexdigest()


@dataclass
class Comparison:
    """Both sides, and where they differ."""

    expected: Side = field(default_factory=Side)
    found: Side = field(default_factory=Side)
    differences: list[Difference] = field(default_factory=list)
    tombstones: list[Entry] = field(default_factory=list)


def compare(
    database: Database,
    engine: Engine,
    composer: Composer,
    name: str,
    *,
    alive: Callable[[], None] = lambda: None,
) -> Comparison:
    """Read both sides whole, a page at a time; `alive` is called after each.

    Posts the engine refused are left out, also what it has of them from before: nothing can mend it.
    """
    result = Comparison()
    entries = _Entries(engine, name)
    for expected, refused, upto in _expected(database, composer):
        found = entries.upto(upto)
        for key in refused & found.keys():
            del found[key]
        for entry in expected.values():
            result.expected.take(entry)
        for entry in found.values():
            _count(result, entry)
        result.differences += _differences(expected, found)
        alive()
    return result


def _count(result: Comparison, entry: Entry) -> None:
    if entry.digest is None:
        result.tombstones.append(entry)
    else:
        result.found.take(entry)


def _differences(expected: Mapping[str, Entry], found: Mapping[str, Entry]) -> Iterator[Difference]:
    for key in sorted(expected.keys() | found.keys()):
        wanted, entry = expected.get(key), found.get(key)
        if wanted is None:
            if entry is not None and entry.digest is not None:
                yield Difference(key, Kind.ORPHAN, entry)
        elif entry is None or entry.digest is None:
            yield Difference(key, Kind.MISSING, entry)
        elif entry != wanted:
            yield Difference(key, Kind.STALE, entry)


class _Expected(NamedTuple):
    """A page of visible posts by key, and those that were refused. `upto`: the last key it covers."""

    entries: dict[str, Entry]
    refused: set[str]
    upto: str | None
    """None at the end."""


def _expected(database: Database, composer: Composer) -> Iterator[_Expected]:
    after, more = "", True
    while more:
        with database.read() as db:
            rows = posts.walk(db, after=after, limit=PAGE)
            refused = {row.key for row in rows if row.visible and row.refused is not None}
            writes = composer.compose(db, [row for row in rows if row.key not in refused])
        more = len(rows) == PAGE
        after = rows[-1].key if rows else after
        shown = (write for write in writes if isinstance(write, Document))
        expected = {w.key: Entry(w.key, w.version, w.digest) for w in shown}
        yield _Expected(expected, refused, after if more else None)


class _Entries:
    """A generation's entries, read in order and handed out by range."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._after = ""
        self._ended = False
        self._ahead: list[Entry] = []

    def upto(self, key: str | None) -> dict[str, Entry]:
        """The next entries up to and with this key; all the rest for None."""
        while not self._ended and (key is None or not self._ahead or self._ahead[-1].key <= key):
            page = self._engine.entries(self._name, after=self._after, size=PAGE)
            self._ended = len(page) < PAGE
            self._ahead += page
            self._after = page[-1].key if page else self._after
        taken = [entry for entry in self._ahead if key is None or entry.key <= key]
        self._ahead = self._ahead[len(taken) :]
        return {entry.key: entry for entry in taken}
