"""The engine: generations in one file, each call one transaction."""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.domain.search import Facets, Found, Hit, Search, document_key
from pipeline.domain.search.synonyms import Synonyms
from pipeline.errors import Transient
from pipeline.index.engine import Entry, Generation, Write, Written
from pipeline.index.fts5 import relating, schema, writing
from pipeline.index.fts5.file import IndexFile
from pipeline.index.fts5.searching import Searching
from pipeline.index.fts5.snapshot import Moment, Snapshot
from pipeline.index.fts5.turns import Turns
from pipeline.index.fts5.weighing import Weights

AT_ONCE = 2
"""Searches that run at once in a process. More would take turns at the interpreter's lock in the middle
of each, so that all end late, and hold a connection's memory each meanwhile."""


_NO_SYNONYMS = Synonyms()


class Fts5Engine:
    """Search in the SQLite file at `path`, made when it is first written. `synonyms` by site.

    Cheap to make, and safe to make before a fork: nothing is opened until it is needed. Threads may
    share it.
    """

    kind = "fts5"
    fingerprint = schema.FINGERPRINT
    writers = 1

    def __init__(self, path: Path, *, synonyms: Mapping[str, Synonyms] | None = None) -> None:
        self._file = IndexFile(path)
        self._synonyms = synonyms or {}
        self._weights: Weights | None = None
        self._gate = threading.Lock()
        self._turns = Turns(AT_ONCE)

    def trouble(self) -> str | None:
        """Why the file can't be read; None where it can. Never raises."""
        try:
            self.generations()
        except (Transient, sqlite3.Error, OSError) as error:
            return str(error)
        return None

    def generations(self) -> list[Generation]:
        """Every generation, by name."""
        with self._file.read() as db:
            return [
                Generation(row.name, row.fingerprint, bool(row.live)) for row in schema.listed(db)
            ]

    def create(self, name: str) -> None:
        """Make an empty generation, or leave the one of this name as it is."""
        with self._file.write() as db:
            schema.create(db, name)

    def drop(self, name: str) -> None:
        """Delete a generation and give its space back. Raises Rejected for the live one."""
        with self._file.write() as db:
            dropped = schema.drop(db, name)
        if dropped:
            self._file.shrink()

    def promote(self, name: str) -> None:
        """Make a generation the live one. Raises Rejected where there is none of this name."""
        with self._file.write() as db:
            schema.promote(db, name)

    def write(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:  # noqa: ARG002 - a commit is always seen
        """Write all in one transaction. Raises Rejected where there is no such generation."""
        with self._file.write() as db:
            batch = writing.Batch(db, schema.named(db, name))
            written = [batch.write(write) for write in writes]
            batch.finish()
        return written

    def entries(self, name: str, *, after: str, size: int) -> list[Entry]:
        """Raises Rejected where there is no such generation."""
        with self._file.read() as db:
            return writing.entries(db, schema.named(db, name), after=after, size=size)

    def purge(self, name: str, keys: Sequence[str]) -> None:
        """Raises Rejected where there is no such generation."""
        with self._file.write() as db:
            batch = writing.Batch(db, schema.named(db, name))
            for key in keys:
                batch.purge(key)
            batch.finish()
            batch.forget_words()

    def search(self, asked: Search) -> Found:
        """Ask the live generation."""
        with self._turns.turn(), self._file.read() as db:
            live = schema.live(db)
            if live is None:
                nothing = Facets({}, {}, {}) if asked.facets else None
                return Found(0, (), nothing, None, None)
            synonyms = self._synonyms.get(asked.site, _NO_SYNONYMS)
            return Searching(db, live.prefix, self._seen(db, live), asked, synonyms).found()

    def related(self, site: str, post_id: str, *, size: int) -> list[Hit]:
        """Posts of the site that are like this one."""
        with self._turns.turn(), self._file.read() as db:
            live = schema.live(db)
            if live is None:
                return []
            key = document_key(site, post_id)
            return relating.related(db, live.prefix, self._seen(db, live), key, size=size)

    def remove(self) -> None:
        """Throw the whole index away, damaged or not."""
        self._file.remove()

    def close(self) -> None:
        """Close connections."""
        self._file.close()

    def _seen(self, db: sqlite3.Connection, live: schema.Row) -> Weights:
        """The weights of what this transaction reads; the newest are kept for the next search."""
        moment = Moment(live.number, live.epoch, live.changes)
        with self._gate:
            kept = self._weights
            if kept is not None and kept.snapshot.moment == moment:
                return kept
            seen = Weights(_snapshot(db, kept.snapshot if kept else None, moment))
            late = (
                kept is not None
                and kept.snapshot.moment[:2] == moment[:2]
                and moment < kept.snapshot.moment
            )
            if not late:
                self._weights = seen
            return seen


def _snapshot(db: sqlite3.Connection, kept: Snapshot | None, moment: Moment) -> Snapshot:
    """What `db` reads: a later state of what is kept, where it is one."""
    if kept is not None and kept.moment[:2] == moment[:2] and kept.moment < moment:
        return kept.after(db, moment)
    return Snapshot.of(db, moment)
