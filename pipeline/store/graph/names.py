"""Accounts by the names people type, and names for ordinals."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, func, select

from pipeline.store.graph_tables import account, graph_list

_a, _l = account.c, graph_list.c
_CHUNK = 500  # parameters of one statement
_FEW = 20_000


class Named(NamedTuple):
    """An account as it was last seen; without a handle where its profile was never read."""

    ord: int
    network: str
    native_id: str
    handle: str | None
    name: str | None
    state: str
    profile_at: datetime | None

    @property
    def label(self) -> str:
        """What to call it: the handle, else the id."""
        return self.native_id if self.handle is None else f"@{self.handle}"


_ALL = select(*[_a[name] for name in Named._fields])


def by_id(db: Connection, network: str, native_id: str) -> Named | None:
    """The account that its network knows by this id."""
    row = db.execute(_ALL.where(_a.network == network, _a.native_id == native_id)).first()
    return None if row is None else Named(*row)


def by_handle(db: Connection, network: str, handle: str) -> Named | None:
    """The account that had this handle when it was last read; the newest reading of several.

    Case does not matter, but a handle written alike goes first: the index finds it at once.
    """
    newest = (_a.profile_at.is_(None), _a.profile_at.desc(), _a.ord)
    for same in (_a.handle == handle, func.lower(_a.handle) == handle.lower()):
        row = db.execute(_ALL.where(_a.network == network, same).order_by(*newest)).first()
        if row is not None:
            return Named(*row)
    return None


def by_ord(db: Connection, ords: Sequence[int]) -> dict[int, Named]:
    """Accounts by ordinal."""
    found: dict[int, Named] = {}
    for part in _chunks(ords):
        rows = db.execute(_ALL.where(_a.ord.in_(part)))
        found |= {row[0]: Named(*row) for row in rows}
    return found


def unnamed(db: Connection, ords: BitMap) -> int:
    """How many of these have no handle yet."""
    nameless = _a.handle.is_(None)
    if len(ords) <= _FEW:
        parts = (select(func.count()).where(nameless, _a.ord.in_(p)) for p in _chunks(ords))
        return sum(db.execute(part).scalar_one() for part in parts)
    inside = _a.ord.between(ords.min(), ords.max())
    every = BitMap(db.execute(select(_a.ord).where(nameless, inside)).scalars())
    return every.intersection_cardinality(ords)


def owners(db: Connection, network: str | None, *, after: int, limit: int) -> list[Named]:
    """Accounts of which a list is kept, by ordinal, past `after`."""
    kept = select(_l.owner).where(_l.owner > after)
    query = _ALL.where(_a.ord.in_(kept)).order_by(_a.ord).limit(limit)
    if network is not None:
        query = query.where(_a.network == network)
    return [Named(*row) for row in db.execute(query)]


def _chunks(values: Iterable[int]) -> Iterable[list[int]]:
    rest = iter(values)
    while part := list(islice(rest, _CHUNK)):
        yield part
