"""Many rows in few statements, on either database."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
CHUNK = 1000
"""Values one statement names: SQLite takes 32,766, and a plan for more is no faster."""


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in their order, `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def among(db: Connection, column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column is one of the values, all of them texts or all numbers.

    PostgreSQL plans a statement for good after a few times. A list that it does not know then, of a
    table it knows nothing of yet, it may compare with every row, one by one: 2 s for 1,000 ids. So
    numbers stand in the statement itself, which makes it another one, and texts are a table to join.
    """
    if db.dialect.name != "postgresql":
        return column.in_(values)
    if isinstance(column.type, BigInteger):
        return column.in_(bindparam(None, list(values), expanding=True, literal_execute=True))
    array = literal(list(values), postgresql.ARRAY(column.type))
    return column.in_(select(func.unnest(array).column_valued("wanted")))


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
