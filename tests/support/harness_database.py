"""An SQLite database that somebody else holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.support.harness import Installation


@contextmanager
def held(home: Installation) -> Iterator[None]:
    """Nobody else writes to an installation's database until the block ends."""
    path = home.place.folder / "afterword.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield
        db.execute("ROLLBACK")
