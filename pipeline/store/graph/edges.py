"""Edges and their accounts as streams: exports hold a few rows at a time, however many there are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from pipeline.domain.graph.bounds import Bounds
from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.store.graph.moments import possible_at, sides
from pipeline.store.graph.shown import shown
from pipeline.store.graph_tables import account, edge_span, edge_suspect

_e = edge_span.c
_BATCH = 2000


class Chosen(NamedTuple):
    """Edges between accounts of one network: of these lists, or all where none is named.

    `at`: only those that may have been there at a moment.
    """

    network: str
    keys: Sequence[ListKey] = ()
    at: datetime | None = None


class Node(NamedTuple):
    """An account, as exports show it."""

    id: str
    handle: str | None
    name: str | None


class Edge(NamedTuple):
    """A span of an edge. `reason` is why it ended, or `missing` where nobody knows whether it did."""

    src: str
    src_handle: str | None
    dst: str
    dst_handle: str | None
    bounds: Bounds
    reason: str | None


def edges(db: Connection, chosen: Chosen) -> Iterator[Edge]:
    """Spans, those of one edge one after the other in their order."""
    query = _edges(chosen).where(shown(db, chosen.keys)).order_by(_e.src, _e.dst, _e.from_hi)
    for row in db.execute(query, execution_options={"yield_per": _BATCH}):
        src, src_handle, dst, dst_handle, *bounds, reason = row
        yield Edge(src, src_handle, dst, dst_handle, Bounds(*bounds), reason)


def nodes(db: Connection, chosen: Chosen) -> Iterator[Node]:
    """Every account that one of the edges has at an end, once."""
    # Account by account, not by a union of all ends: that one the database would hold in memory.
    conditions = [*_conditions(chosen), shown(db, chosen.keys)]
    is_end = or_(*[exists().where(end == account.c.ord, *conditions) for end in (_e.src, _e.dst)])
    columns = (account.c.native_id, account.c.handle, account.c.name)
    query = select(*columns).where(account.c.network == chosen.network, is_end)
    # In the order of the index that finds them: another would be sorted in memory.
    rows = db.execute(query.order_by(account.c.native_id), execution_options={"yield_per": _BATCH})
    for row in rows:
        yield Node(*row)


def _edges(chosen: Chosen) -> Select[Any]:
    src, dst = account.alias("src_account"), account.alias("dst_account")
    in_followers = edge_suspect.alias("missing_follower")
    in_following = edge_suspect.alias("missing_followed")
    seen_at = func.coalesce(in_followers.c.seen_at, in_following.c.seen_at)
    names = (src.c.native_id, src.c.handle, dst.c.native_id, dst.c.handle)
    return (
        select(
            *names,
            _e.from_lo,
            _e.from_hi,
            case((_e.to_hi.is_(None), seen_at), else_=_e.to_lo),
            _e.to_hi,
            case(
                (_e.to_hi.is_not(None), _e.end_reason),
                (seen_at.is_not(None), ChangeKind.MISSING.value),
            ),
        )
        .select_from(edge_span)
        .join(src, src.c.ord == _e.src)
        .join(dst, dst.c.ord == _e.dst)
        .outerjoin(in_followers, _suspected(in_followers.c, Direction.FOLLOWERS))
        .outerjoin(in_following, _suspected(in_following.c, Direction.FOLLOWING))
        .where(*_conditions(chosen))
    )


def _suspected(suspect: Any, direction: Direction) -> ColumnElement[bool]:
    owner, member = sides(direction)
    return and_(
        suspect.owner == owner, suspect.member == member, suspect.direction == direction.value
    )


def _conditions(chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions = [] if chosen.at is None else [possible_at(chosen.at)]
    if chosen.keys:
        followed = [key.owner for key in chosen.keys if key.direction is Direction.FOLLOWERS]
        following = [key.owner for key in chosen.keys if key.direction is Direction.FOLLOWING]
        conditions.append(or_(_e.dst.in_(followed), _e.src.in_(following)))
    else:
        # An edge never leaves its network, so that of one end says it.
        own = select(account.c.ord).where(account.c.network == chosen.network)
        conditions.append(_e.src.in_(own))
    return conditions
