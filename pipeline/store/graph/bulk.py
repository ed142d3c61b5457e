"""Many rows in few statements, on either database."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, any_, literal
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
CHUNK = 1000
"""Values one statement names: SQLite takes 32,766, and a plan for more is no faster."""


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in their order, `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def among(db: Connection, column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column is one of the values.

    PostgreSQL gets them as one array: a list of parameters makes it compare every row with each,
    once it has planned the statement for good.
    """
    if db.dialect.name == "postgresql":
        return column == any_(literal(list(values), postgresql.ARRAY(column.type)))
    return column.in_(values)


def insert_new(
    db: Connection, table: Table, rows: Sequence[dict[str, Any]], returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Insert rows of one shape but those whose key is taken; these columns of the new ones.

    By RETURNING: with it SQLAlchemy sends 1,000 rows per statement, without it one.
    """
    if not rows:
        return []
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing()
    result = db.execute(statement.returning(*[table.c[name] for name in returning]), rows)
    return [tuple(row) for row in result]
