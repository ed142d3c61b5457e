"""The index's file: connections, transactions, and what SQLite's errors mean.

WAL: readers see one state from begin to end and never wait for the writer, over processes too.
synchronous=FULL: a delivery is settled after its post was indexed, so the index must not be the one
that forgets when the power fails. A rebuild writes in batches, so it hardly feels it.
"""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import Transient

BUSY_SECONDS = 5.0
"""How long a writer waits for another process's."""
CACHE_KIB = 1024
"""Pages each connection keeps; the system's own cache has the rest, once for all."""
MOST_IDLE = 4
"""Connections that are kept for the next search; as many as searches at once are opened."""
DAMAGED_DELAY = 300.0
"""Seconds between tries while the file is damaged: somebody has to look at it."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BROKEN_STATEMENT = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_MISMATCH,
    }
)
"""Our own mistakes, which trying again does not mend. All else (busy, full, gone) may pass."""


class IndexFile:
    """Connections to one file, opened when they are first needed, by the process that needs them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._gate = threading.Lock()
        self._owner = os.getpid()
        self._idle: deque[sqlite3.Connection] = deque()
        self._inode = 0

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file. Raises Transient."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is on disk when the block ends; an exception rolls back.

        Raises Transient. Threads of one process wait for each other here, because SQLite's own
        busy handler sleeps up to 100 ms between looks.
        """
        with self._gate, self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    def shrink(self) -> None:
        """Give the space of what was deleted back to the system. Raises Transient."""
        with self._gate, self._connection() as db:
            # As a script: `execute` would stop after the first page.
            db.executescript("PRAGMA incremental_vacuum")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def remove(self) -> None:
        """Delete the file, whatever state it is in. Other processes notice at their next search."""
        with self._gate:
            self.close()
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the connections nobody uses at the moment."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._connection() as db:
            db.execute(begin)
            try:
                yield db
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection nobody else uses. Raises Transient for what SQLite says of the file."""
        try:
            db = self._taken()
            try:
                yield db
            except sqlite3.Error:
                db.close()  # it may be broken: the next one is new
                raise
            self._give_back(db)
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in _DAMAGED:
                raise self._damaged(error) from error
            if code in _BROKEN_STATEMENT:
                raise
            raise Transient(f"the search index {self.path} can't be used now: {error}") from error

    def _taken(self) -> sqlite3.Connection:
        if self._owner != os.getpid():  # forked: the parent's connections are not ours to use
            self._owner, self._idle, self._gate = os.getpid(), deque(), threading.Lock()
        if self._idle and self._inode != _inode(self.path):  # removed by somebody else
            self.close()
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def _give_back(self, db: sqlite3.Connection) -> None:
        if len(self._idle) < MOST_IDLE and self._inode == _inode(self.path):
            self._idle.append(db)
        else:
            db.close()

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        self._inode = _inode(self.path)
        db = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA auto_vacuum=INCREMENTAL")  # has to come before the first table
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA temp_store=MEMORY")
            db.execute("PRAGMA journal_size_limit=67108864")
            db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        except BaseException:
            db.close()
            raise
        return db

    def _damaged(self, error: sqlite3.Error) -> Transient:
        return Transient(
            f"the search index {self.path} is damaged ({error}). It holds nothing that is not in the"
            " database: delete it, its -wal and its -shm file, and rebuild the index",
            delay=DAMAGED_DELAY,
        )


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0
