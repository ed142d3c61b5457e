"""Counting and deleting old events. What is open stays: a delivery needs its event."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select

from pipeline.store.tables import State, delivery, event

_open = exists().where(delivery.c.event_id == event.c.id, delivery.c.state == State.PENDING)


def types(db: Connection) -> list[str]:
    """Every type the log holds, by name."""
    return list(db.execute(select(event.c.type).distinct().order_by(event.c.type)).scalars())


def count_from(db: Connection, source: str) -> int:
    """How many events of a source the log holds."""
    query = select(func.count()).select_from(event).where(event.c.source == source)
    return db.execute(query).scalar_one()


def count_settled(db: Connection, names: Sequence[str], *, before_id: int) -> dict[str, int]:
    """How many events of each of these types `delete_settled` would delete."""
    return _counts(db, names, before_id, ~_open)


def count_open(db: Connection, names: Sequence[str], *, before_id: int) -> dict[str, int]:
    """How many of them have an open delivery."""
    return _counts(db, names, before_id, _open)


def _counts(
    db: Connection, names: Sequence[str], before_id: int, chosen: ColumnElement[bool]
) -> dict[str, int]:
    query = select(event.c.type, func.count()).where(
        event.c.type.in_(names), event.c.id < before_id, chosen
    )
    rows = db.execute(query.group_by(event.c.type).order_by(event.c.type))
    return {row[0]: row[1] for row in rows}


def delete_settled(db: Connection, names: Sequence[str], *, before_id: int, limit: int) -> int:
    """Delete up to `limit` events of these types and their deliveries, oldest first; how many."""
    chosen = select(event.c.id).where(event.c.type.in_(names), event.c.id < before_id, ~_open)
    ids = list(db.execute(chosen.order_by(event.c.id).limit(limit)).scalars())
    db.execute(delete(delivery).where(delivery.c.event_id.in_(ids)))
    return db.execute(delete(event).where(event.c.id.in_(ids))).rowcount
