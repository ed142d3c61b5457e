"""The three ways to open a transaction.

SQLite: one writer at a time. Threads of one process queue at a lock of ours, because SQLite's own busy
handler sleeps up to 100 ms between looks.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as SQLAlchemyTimeout

from pipeline.store.engines import is_hung_up, postgres_engine, sqlite_engine
from pipeline.store.prepared import compile_all

MOST_KEEPERS = 6
"""Threads that keep their connections open between transactions."""
_OPEN: AbstractContextManager[None] = nullcontext()


class Database:
    """Reads, durable writes and relaxed writes on one URL.

    Make it after a fork, or close it before: a connection must not be in two processes.
    """

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        build: Callable[..., Engine] = sqlite_engine if self.is_sqlite else postgres_engine
        self._durable = build(url, durable=True)
        self._relaxed = build(url, durable=False)
        self._reader = (
            build(url, durable=False, read_only=True) if self.is_sqlite else self._relaxed
        )
        self._gate: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else _OPEN
        self._mine = threading.local()
        self._kept: dict[threading.Thread, list[Connection]] = {}

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction whose commit is on disk when the block ends; an exception rolls back."""
        return self._transaction("durable", self._durable, self._gate)

    def write_relaxed(self) -> AbstractContextManager[Connection]:
        """As `write`, but the commit waits for no disk.

        It survives the process, not a power cut, which takes back the newest ones in order. Right
        for what the database can do again: claims, and effects that are settled in one commit.
        """
        return self._transaction("relaxed", self._relaxed, self._gate)

    def read(self) -> AbstractContextManager[Connection]:
        """One consistent view; writing through it fails on SQLite."""
        return self._transaction("reader", self._reader, _OPEN)

    @contextmanager
    def _transaction(
        self, name: str, engine: Engine, gate: AbstractContextManager[Any]
    ) -> Iterator[Connection]:
        """A transaction on this thread's own connection, which stays open for the next.

        Taking one from the pool and giving it back takes longer than a small transaction.
        """
        with gate:
            db = self._connection(name, engine)
            if db is None or db.in_transaction():  # too many keep one, or one inside another
                with engine.begin() as another:
                    yield another
                return
            try:
                with db.begin():
                    yield db
            except BaseException as error:
                if is_unavailable(error):  # it may be broken: the next transaction gets a new one
                    self._let_go(name, db)
                raise

    def _connection(self, name: str, engine: Engine) -> Connection | None:
        """This thread's own; None where enough threads keep one (a pool of threads is for that)."""
        db: Connection | None = getattr(self._mine, name, None)
        if db is not None and not db.in_transaction() and is_hung_up(db):
            # Else a server that was restarted would be met by a failure of each of them.
            self._let_go(name, db)
            db = None
        if db is None and self._may_keep():
            db = engine.connect()
            setattr(self._mine, name, db)
            self._kept.setdefault(threading.current_thread(), []).append(db)
        return db

    def _let_go(self, name: str, db: Connection) -> None:
        setattr(self._mine, name, None)
        self._kept[threading.current_thread()].remove(db)
        db.invalidate()
        db.close()

    def _may_keep(self) -> bool:
        # By the thread itself: its number is given to another when it ends.
        if threading.current_thread() in self._kept or len(self._kept) < MOST_KEEPERS:
            return True
        for gone in [thread for thread in list(self._kept) if not thread.is_alive()]:
            for db in self._kept.pop(gone, []):
                db.close()
        return len(self._kept) < MOST_KEEPERS

    def prepare(self) -> None:
        """Compile every `Prepared` statement for this database. Connects to nothing."""
        compile_all(self._durable.dialect)

    def close(self) -> None:
        """Close every connection; another use opens new ones. No thread may be in a transaction."""
        while self._kept:
            for db in self._kept.popitem()[1]:
                db.close()
        self._mine = threading.local()
        for engine in (self._durable, self._relaxed, self._reader):
            engine.dispose()


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not do it now: busy, full, read-only, gone. Not a broken rule.

    Knows SQLAlchemy's errors and the drivers' own, which `Prepared` lets through.
    """
    if isinstance(error, SQLAlchemyTimeout):  # every connection of the pool is taken
        return True
    # By its module: importing psycopg weighs 8 MB, and only PostgreSQL needs it.
    driver = type(error).__module__.partition(".")[0]
    if not isinstance(error, (DBAPIError, sqlite3.Error)) and driver != "psycopg":
        return False
    return any(kind.__name__ in _UNAVAILABLE for kind in type(error).__mro__)


_UNAVAILABLE = frozenset({"OperationalError", "InterfaceError", "InternalError"})
