"""Columns of free text in which an account's name may stand: reasons and errors."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, and_, select, text, update

from pipeline.store.graph_tables import graph_list, sync_job
from pipeline.store.network_tables import app_breaker, credential
from pipeline.store.tables import delivery

_COLUMNS: tuple[tuple[Table, str, tuple[Any, ...]], ...] = (
    (sync_job, "reason", ()),
    (graph_list, "paused", ()),
    (app_breaker, "reason", ()),
    (credential, "broken", ()),
    # What is done has no error, and these two are found by their indexes.
    (delivery, "last_error", (text("state = 'pending'"), delivery.c.queue == "graph")),
    (delivery, "last_error", (text("state = 'dead'"), delivery.c.queue == "graph")),
)


def rewrite(db: Connection, change: Callable[[str], str]) -> int:
    """Put every such text through `change`; how many came out otherwise."""
    return sum(_rewrite(db, table, name, where, change) for table, name, where in _COLUMNS)


def _rewrite(
    db: Connection, table: Table, name: str, where: Any, change: Callable[[str], str]
) -> int:
    column, keys = table.c[name], list(table.primary_key)
    changed = 0
    for *key, old in db.execute(select(*keys, column).where(column.is_not(None), *where)).all():
        new = change(old)
        if new != old:
            this = and_(*[each == value for each, value in zip(keys, key, strict=True)])
            db.execute(update(table).where(this).values({name: new}))
            changed += 1
    return changed
