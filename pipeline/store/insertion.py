"""Inserting many rows in one statement, on the driver's own cursor (as `prepared` does the rest)."""

import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Sequence[Any]

LARGEST_GROUP = 64
"""Rows one statement carries."""
_GROUP = re.compile(r"(?<= VALUES )\((?:\?, )*\?\)")
_INSERTS: dict[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class _Plan(NamedTuple):
    sql: str  # of one row
    converts: Sequence[tuple[int, Callable[[Any], Any]]]  # by place in the row
    grouped: dict[
        int, str
    ]  # SQL by number of rows, kept whole: its hash is what the driver looks up


class Insertion:
    """An INSERT of these columns, named in the table's order; every other one has its default.

    Where `unless` names the columns of a unique key, a row whose key is known is left out.
    Errors are the driver's own, as with `Prepared`.
    """

    def __init__(self, table: Table, columns: Sequence[str], *, unless: Sequence[str] = ()) -> None:
        if list(columns) != [column.name for column in table.c if column.name in columns]:
            raise ValueError(f"name columns of {table.name} in its own order: {', '.join(columns)}")
        self._table = table
        self._columns = tuple(columns)
        self._unless = tuple(unless)
        self._plans: dict[str, _Plan] = {}

    def add(self, db: Connection, rows: Sequence[Row]) -> int:
        """Insert rows, each a value per column; how many are new."""
        plan = self._plans.get(db.dialect.name) or self._compile(db.dialect)
        width = len(self._columns)
        values = list(chain.from_iterable(rows))
        for place, convert in plan.converts:
            values[place::width] = [
                None if value is None else convert(value) for value in values[place::width]
            ]
        cursor = db.connection.cursor()
        try:
            if db.dialect.name == "sqlite":
                return self._grouped(cursor, plan, values)
            parts = (values[i : i + width] for i in range(0, len(values), width))
            cursor.executemany(plan.sql, [dict(zip(self._columns, p, strict=True)) for p in parts])
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _grouped(self, cursor: Any, plan: _Plan, values: list[Any]) -> int:
        # sqlite3 lets go of the interpreter lock around each statement: rows alone cost a wait each.
        width = len(self._columns)
        step, count = LARGEST_GROUP * width, 0
        for start in range(0, len(values), step):
            part = values[start : start + step]
            cursor.execute(_sql_for(plan, len(part) // width), part)
            count += cursor.rowcount
        return count

    def _compile(self, dialect: Dialect) -> _Plan:
        statement = _INSERTS[dialect.name](self._table)
        if self._unless:
            statement = statement.on_conflict_do_nothing(index_elements=self._unless)
        compiled = statement.compile(dialect=dialect, column_keys=self._columns)
        processors = [self._table.c[name].type.bind_processor(dialect) for name in self._columns]
        converts = [(place, each) for place, each in enumerate(processors) if each is not None]
        plan = self._plans[dialect.name] = _Plan(str(compiled), converts, {})
        return plan


def _sql_for(plan: _Plan, rows: int) -> str:
    sql = plan.grouped.get(rows)
    if sql is None:
        sql = _GROUP.sub(lambda one: ", ".join([one.group()] * rows), plan.sql, count=1)
        plan.grouped[rows] = sql
    return sql
