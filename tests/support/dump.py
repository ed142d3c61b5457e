"""Everything a database holds, as text: for proofs that something is not in it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from pipeline.domain.graph.packing import unpack, unpack_set
from pipeline.store import schema


def dump(db: Connection) -> str:
    """A line per value of every row of every table: `table.column: value`; bytes as Latin-1."""
    return "\n".join(_values(db))


def _values(db: Connection) -> Iterator[str]:
    for table in schema.metadata.sorted_tables:
        for row in db.execute(select(table)):
            for column, value in zip(table.c, row, strict=True):
                yield f"{table.name}.{column.name}: {_text(value)}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value.isoformat() if isinstance(value, datetime) else str(value)


PACKED = {"graph_list": "fence", "run_page": "members"}
BITMAPS = {"paid_today": "members", "set_cache": "members"}


def ordinals(db: Connection) -> set[int]:
    """Every ordinal that any table of the graph holds, in columns and in bytes."""
    found: set[int] = set()
    for table in schema.metadata.sorted_tables:
        for name in ("ord", "owner", "member", "account", "src", "dst"):
            if name in table.c:
                found.update(db.execute(select(table.c[name])).scalars())
        if name := PACKED.get(table.name):
            for data in db.execute(select(table.c[name])).scalars():
                found.update(unpack(data))
        if name := BITMAPS.get(table.name):
            for data in db.execute(select(table.c[name])).scalars():
                found.update(unpack_set(data))
    return found
