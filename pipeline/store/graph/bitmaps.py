"""Ordinals inside of bytes: found and taken out wherever they are kept packed."""

from collections.abc import Callable

from sqlalchemy import Connection, Table, and_, delete, select, update

from pipeline.domain.graph.packing import pack, pack_set, unpack, unpack_set
from pipeline.store.graph_tables import graph_list, run_page, set_cache
from pipeline.store.network_tables import paid_today

Strip = Callable[[bytes, int], bytes | None]
"""The bytes without an ordinal; None where it is not in them."""


def strip(db: Connection, ord_: int) -> int:
    """Take an ordinal out of fences, pages and days' payments, and drop caches that hold it.

    Returns how many rows were changed. It reads each of them once: they are few, a row per list and
    day, and a page each while a list is being read.
    """
    changed = _strip(db, graph_list, "fence", ord_, _ranked)
    changed += _strip(db, run_page, "members", ord_, _ranked)
    changed += _strip(db, paid_today, "members", ord_, _unordered)
    return changed + _drop(db, ord_)


def _ranked(data: bytes, ord_: int) -> bytes | None:
    members = unpack(data)
    return pack(each for each in members if each != ord_) if ord_ in members else None


def _unordered(data: bytes, ord_: int) -> bytes | None:
    members = unpack_set(data)
    if ord_ not in members:
        return None
    members.discard(ord_)
    return pack_set(members)


def _strip(db: Connection, table: Table, name: str, ord_: int, without: Strip) -> int:
    column, keys = table.c[name], list(table.primary_key)
    changed = 0
    for *key, data in db.execute(select(*keys, column).where(column.is_not(None))).all():
        left = without(data, ord_)
        if left is not None:
            where = and_(*[each == value for each, value in zip(keys, key, strict=True)])
            db.execute(update(table).where(where).values({name: left}))
            changed += 1
    return changed


def _drop(db: Connection, ord_: int) -> int:
    c, dropped = set_cache.c, 0
    for owner, direction, data in db.execute(select(c.owner, c.direction, c.members)).all():
        if ord_ in unpack_set(data):
            where = (c.owner == owner, c.direction == direction)
            dropped += db.execute(delete(set_cache).where(*where)).rowcount
    return dropped
