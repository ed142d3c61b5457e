"""Inserts that may meet a row that is there already."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: Mapping[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def upsert(db: Connection, table: Table) -> Any:
    """An INSERT of this database's own kind, which knows ON CONFLICT."""
    return _INSERTS[db.dialect.name](table)
