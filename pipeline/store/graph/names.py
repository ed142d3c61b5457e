"""Accounts without a name, and those whose lists are kept."""

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, func, select

from pipeline.domain.graph.kinds import AccountState
from pipeline.store.graph.bulk import chunks
from pipeline.store.graph_tables import account, graph_list

_a, _l = account.c, graph_list.c
_FEW = 20_000


def unnamed(db: Connection, ords: BitMap) -> int:
    """How many of these have no handle yet."""
    nameless = _a.handle.is_(None)
    if len(ords) <= _FEW:
        count = select(func.count()).where(nameless)
        parts = chunks(list(ords))
        return sum(db.execute(count.where(_a.ord.in_(part))).scalar_one() for part in parts)
    inside = _a.ord.between(ords.min(), ords.max())
    every = BitMap(db.execute(select(_a.ord).where(nameless, inside)).scalars())
    return every.intersection_cardinality(ords)


def owners(db: Connection, network: str | None, *, after: int, limit: int) -> list[int]:
    """Accounts of which a list is kept, in order, past `after`."""
    kept = select(_l.owner).where(_l.owner > after)
    query = select(_a.ord).where(_a.ord.in_(kept)).order_by(_a.ord).limit(limit)
    if network is not None:
        query = query.where(_a.network == network)
    return list(db.execute(query).scalars())


def _never_read(network: str) -> tuple[ColumnElement[bool], ...]:
    unread = (_a.profile_at.is_(None), _a.handle.is_(None), _a.gone_at.is_(None))
    return (_a.network == network, _a.state == AccountState.UNKNOWN, *unread)


def never_read(db: Connection, network: str, *, after: int, limit: int) -> list[int]:
    """Accounts past `after` that nobody has looked up: those of archives, mostly."""
    query = select(_a.ord).where(*_never_read(network), _a.ord > after)
    return list(db.execute(query.order_by(_a.ord).limit(limit)).scalars())


def count_never_read(db: Connection, network: str) -> int:
    """How many there are of them."""
    query = select(func.count()).where(*_never_read(network))
    return int(db.execute(query).scalar_one())
