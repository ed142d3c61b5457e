"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy writes the SQL for either database and converts the types; its execution machinery, which
takes longer than SQLite does for a row, is left out. For constant statements on hot paths only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    sql: str
    order: tuple[str, ...] | None  # parameters by position; None where the driver takes names
    constants: Mapping[str, Any]
    binders: Sequence[tuple[str, Convert]]
    readers: Sequence[tuple[int, Convert]]


class Prepared:
    """A Core statement whose parameters are all `bindparam`s or constants.

    Errors are the driver's own (`sqlite3`, `psycopg`): `database.is_unavailable` knows both kinds.
    """

    def __init__(self, statement: Executable | Mapping[str, Executable]) -> None:
        """Take a statement, or one per dialect's name where they must differ."""
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def rows(self, db: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Every row of the result."""
        plan = self._plan(db.dialect)
        cursor = self._execute(db, plan, values)
        rows = cursor.fetchall()
        cursor.close()
        return [_read(row, plan.readers) for row in rows] if plan.readers else rows

    def first(self, db: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        rows = self.rows(db, values)
        return rows[0] if rows else None

    def change(self, db: Connection, values: Mapping[str, Any]) -> int:
        """Run it for its effect; how many rows it touched."""
        cursor = self._execute(db, self._plan(db.dialect), values)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def change_many(self, db: Connection, many: Iterable[Mapping[str, Any]]) -> int:
        """Run it for each set of values in one call; how many rows were touched in all."""
        plan = self._plan(db.dialect)
        cursor = _cursor(db)
        cursor.executemany(plan.sql, [_bound(plan, values) for values in many])
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def _execute(self, db: Connection, plan: _Plan, values: Mapping[str, Any]) -> Any:
        cursor = _cursor(db)
        cursor.execute(plan.sql, _bound(plan, values))
        return cursor

    def _plan(self, dialect: Dialect) -> _Plan:
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = self._compile(dialect)
        return plan

    def _compile(self, dialect: Dialect) -> _Plan:
        chosen = self._statement
        statement: Any = chosen[dialect.name] if isinstance(chosen, Mapping) else chosen
        compiled = statement.compile(dialect=dialect)
        binders = []
        for name, bind in compiled.binds.items():
            binder = bind.type.bind_processor(dialect)
            if binder is not None:
                binders.append((name, binder))
        order = tuple(compiled.positiontup) if compiled.positional else None
        return _Plan(
            sql=str(compiled),
            order=order,
            constants=_constants(compiled.params, binders),
            binders=binders,
            readers=_readers(statement, dialect),
        )


def _constants(params: Mapping[str, Any], binders: Sequence[tuple[str, Convert]]) -> dict[str, Any]:
    own = dict(binders)
    return {
        name: own[name](value) if name in own and value is not None else value
        for name, value in params.items()
    }


def _readers(statement: ClauseElement, dialect: Dialect) -> list[tuple[int, Convert]]:
    columns: Sequence[Any] = ()
    if isinstance(statement, Select):
        columns = list(statement.selected_columns)
    elif getattr(statement, "_returning", ()):
        columns = list(statement.exported_columns)  # type: ignore[attr-defined] # has RETURNING
    readers = [(i, c.type.result_processor(dialect, None)) for i, c in enumerate(columns)]
    return [(i, reader) for i, reader in readers if reader is not None]


def _cursor(db: Connection) -> Any:
    return db.connection.cursor()


def _bound(plan: _Plan, values: Mapping[str, Any]) -> Any:
    bound = {**plan.constants, **values}
    for name, binder in plan.binders:
        value = values.get(name)
        if value is not None:
            bound[name] = binder(value)
    return bound if plan.order is None else tuple([bound[name] for name in plan.order])


def _read(row: Sequence[Any], readers: Sequence[tuple[int, Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for index, reader in readers:
        if values[index] is not None:
            values[index] = reader(values[index])
    return tuple(values)
