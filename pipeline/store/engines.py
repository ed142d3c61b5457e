"""Engines: how a connection is set up, on either database.

SQLite: every write begins with BEGIN IMMEDIATE, because SQLAlchemy drops FOR UPDATE there without a
word.
"""

import select
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event

BUSY_TIMEOUT_MS = 2000
"""How long a writer waits for another before it gives up (the caller then answers 503)."""

CACHE_KIB = 128
"""What each SQLite connection keeps of the file; the system's own cache has it all, once for all.

A process has a dozen connections: 512 cost the set 2 MB more, and made nothing measurably faster.
"""


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def sqlite_engine(url: str, *, durable: bool, read_only: bool = False) -> Engine:
    """An engine on a file, which is made where there is none."""
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Readers' addresses are in it. SQLite gives its -wal and -shm files the same mode.
    path.touch(mode=0o600)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        pool_size=4,
        max_overflow=60,
        json_serializer=_json,
        hide_parameters=True,  # an error must not carry a reader's text into logs or Flower
    )

    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        cursor.execute("PRAGMA journal_size_limit=67108864")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    statement = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    def begin(connection: Any) -> None:
        connection.execute(statement)

    event.listen(engine, "connect", configure)
    # Not a listener of "begin": one listener makes SQLAlchemy ask for listeners at every step.
    engine.dialect.do_begin = begin  # type: ignore[assignment, method-assign] # an instance's own
    return engine


def postgres_engine(url: str, *, durable: bool) -> Engine:
    """An engine on a server."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options = f"-c lock_timeout={BUSY_TIMEOUT_MS} -c statement_timeout=30000"
    if not durable:
        options += " -c synchronous_commit=off"
    return create_engine(
        url,
        connect_args={"options": options, "connect_timeout": 3, "application_name": "afterword"},
        pool_size=5,
        max_overflow=20,
        pool_timeout=3,
        pool_pre_ping=True,
        json_serializer=_json,
        hide_parameters=True,  # an error must not carry a reader's text into logs or Flower
    )


def is_hung_up(db: Connection) -> bool:
    """Whether the server closed a connection that lies idle, as one does that ends. Asks nobody.

    What is to be read of an idle connection is its end (nobody here listens to notices).
    """
    if db.dialect.name != "postgresql":
        return False
    line: Any = db.connection.dbapi_connection
    if line.closed:
        return True
    poll = select.poll()
    poll.register(line.fileno(), select.POLLIN)
    return bool(poll.poll(0))
