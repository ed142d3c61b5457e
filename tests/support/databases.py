"""Databases for tests."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import delete

from pipeline.store import schema
from pipeline.store.database import Database


@cache
def _template() -> Path:
    """A migrated SQLite file, made once per run and copied."""
    folder = Path(mkdtemp(prefix="afterword-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    database = Database(f"sqlite:///{path}")
    with database.write() as db:
        schema.upgrade(db)
    database.close()
    return path


def migrated_sqlite(path: Path) -> Database:
    """A database at head."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_template(), path)
    return Database(f"sqlite:///{path}")


def empty(database: Database) -> None:
    """Take every row out."""
    with database.write_relaxed() as db:
        for table in reversed(schema.metadata.sorted_tables):
            db.execute(delete(table))
