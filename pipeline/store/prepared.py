"""Statements compiled once and run on the driver's own cursor.

SQLAlchemy writes the SQL for either database and converts the types; its execution machinery, which
takes longer than SQLite does for a row, is left out. For constant statements on hot paths only.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

Convert = Callable[[Any], Any]


class _Plan(NamedTuple):
    sql: str
    constants: Mapping[str, Any]
    bind: Callable[[Mapping[str, Any]], Any]  # values as the driver takes them
    readers: Sequence[tuple[int, Convert]]


class Prepared:
    """A Core statement whose parameters are all `bindparam`s or constants.

    Errors are the driver's own (`sqlite3`, `psycopg`): `database.is_unavailable` knows both kinds.
    """

    def __init__(self, statement: Executable | Mapping[str, Executable]) -> None:
        """Take a statement, or one per dialect's name where they must differ."""
        self._statement = statement
        self._plans: dict[str, _Plan] = {}
        _made.append(self)

    def compile(self, dialect: Dialect) -> None:
        """Compile it now, not at its first use."""
        self._plan(dialect)

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
        converts = {
            name: convert
            for bind, name in compiled.bind_names.items()
            if (convert := bind.type.bind_processor(dialect)) is not None
        }
        return _Plan(
            sql=str(compiled),
            constants={
                n: compiled.params[n] for b, n in compiled.bind_names.items() if not b.required
            },
            bind=(
                _by_position(compiled.positiontup, converts)
                if compiled.positional
                else _by_name(converts)
            ),
            readers=_readers(statement, dialect),
        )


_made: list[Prepared] = []


def compile_all(dialect: Dialect) -> None:
    """Compile every statement there is: children forked after this share the plans."""
    for statement in _made:
        statement.compile(dialect)


def _by_position(
    order: Sequence[str], converts: Mapping[str, Convert]
) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if not order:
        return lambda _: ()
    pick = itemgetter(*order) if len(order) > 1 else lambda values: (values[order[0]],)
    places = [(place, converts[name]) for place, name in enumerate(order) if name in converts]

    def bind(values: Mapping[str, Any]) -> Sequence[Any]:
        row = list(pick(values))
        for place, convert in places:
            if row[place] is not None:
                row[place] = convert(row[place])
        return row

    return bind if places else pick


def _by_name(
    converts: Mapping[str, Convert],
) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    def bind(values: Mapping[str, Any]) -> Mapping[str, Any]:
        changed = {
            name: convert(values[name])
            for name, convert in converts.items()
            if values.get(name) is not None
        }
        return {**values, **changed} if changed else values

    return bind


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
    return plan.bind({**plan.constants, **values} if plan.constants else values)


def _read(row: Sequence[Any], readers: Sequence[tuple[int, Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for index, reader in readers:
        if values[index] is not None:
            values[index] = reader(values[index])
    return tuple(values)
