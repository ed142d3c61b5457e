"""Questions a check-up asks the database itself."""

from datetime import datetime

from sqlalchemy import Connection, func, select, text

from pipeline.domain.ids import moment_of
from pipeline.store.tables import event


def journal_mode(db: Connection) -> str:
    """How SQLite keeps its journal: "wal" as it should."""
    return str(db.execute(text("PRAGMA journal_mode")).scalar_one())


def server_time(db: Connection) -> datetime:
    """The clock of a PostgreSQL server, aware."""
    found: datetime = db.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def newest_event(db: Connection) -> datetime | None:
    """When the newest event came, by the clock of who took it; None for an empty log."""
    found = db.execute(select(func.max(event.c.id))).scalar_one()
    return None if found is None else moment_of(found)
