"""What happened to a list, from its spans: page by page, or counted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from pipeline.domain.graph.bounds import Bounds
from pipeline.domain.graph.changes import HIDDEN, ChangeKind
from pipeline.domain.graph.kinds import EndReason, ListKey
from pipeline.domain.graph.series import Group
from pipeline.store.graph.moments import sides
from pipeline.store.graph.shown import shown
from pipeline.store.graph_tables import edge_span, edge_suspect

_e, _s = edge_span.c, edge_suspect.c


class Change(NamedTuple):
    """Something happened to a member after `lo` and by `hi`."""

    hi: datetime
    lo: datetime
    member: int
    kind: ChangeKind
    reason: EndReason | None
    """Of LOST: why. Of RETURNED and REFOLLOWED: how it had ended before."""


class Window(NamedTuple):
    """Changes that may have happened in a time, of some kinds; none named: of every kind."""

    since: datetime
    until: datetime
    kinds: Collection[ChangeKind] = ()


class After(NamedTuple):
    """The last change of the page before."""

    hi: datetime
    member: int
    kind: ChangeKind


def page(
    db: Connection, key: ListKey, window: Window, *, after: After | None, limit: int
) -> list[Change]:
    """Changes, those last seen first."""
    spans = [query.where(shown(db, [key])) for query in (_began(key, window), _ended(key, window))]
    every = union_all(*spans, _missing(key, window)).subquery()
    c = every.c
    query = select(c.hi, c.lo, c.member, c.kind, c.reason)
    if window.kinds:
        query = query.where(c.kind.in_([str(kind) for kind in window.kinds]))
    if after is not None:
        further = or_(c.member > after.member, and_(c.member == after.member, c.kind > after.kind))
        query = query.where(or_(c.hi < after.hi, and_(c.hi == after.hi, further)))
    rows = db.execute(query.order_by(c.hi.desc(), c.member, c.kind).limit(limit))
    return [_change(*row) for row in rows]


def grouped(db: Connection, key: ListKey, since: datetime) -> list[Group]:
    """Spans that were seen to begin or to end after a moment, counted where all is the same.

    Bounds are times of readings, so there are few groups however long the list is.
    """
    owner, _ = sides(key.direction)
    kind, reason = _beginning().label("kind"), _e.end_reason
    columns = (_e.from_lo, _e.from_hi, _e.to_lo, _e.to_hi, kind, reason)
    changed = or_(_e.from_hi > since, _e.to_hi > since)
    inner = select(*columns).where(owner == key.owner, changed, shown(db, [key])).subquery()
    query = select(*inner.c, func.count()).group_by(*inner.c)
    return [_group(row) for row in db.execute(query)]


def lasting(db: Connection, key: ListKey, since: datetime) -> int:
    """How many edges began by a moment and were never seen to end."""
    owner, _ = sides(key.direction)
    query = select(func.count()).where(owner == key.owner, _e.to_hi.is_(None), _e.from_hi <= since)
    return int(db.execute(query.where(shown(db, [key]))).scalar_one())


def _began(key: ListKey, window: Window) -> Select[Any]:
    """Where nobody had looked before, nothing is known to have begun: that is no gain."""
    owner, member = sides(key.direction)
    within = and_(_e.from_hi > window.since, _e.from_lo < window.until)
    return select(
        _e.from_hi.label("hi"),
        _e.from_lo.label("lo"),
        member.label("member"),
        _beginning().label("kind"),
        _before().label("reason"),
    ).where(owner == key.owner, within)


def _ended(key: ListKey, window: Window) -> Select[Any]:
    owner, member = sides(key.direction)
    last_seen = func.coalesce(_e.to_lo, _e.from_hi)
    return select(
        _e.to_hi, last_seen, member, literal(ChangeKind.LOST.value), _reason(_e.end_reason)
    ).where(owner == key.owner, _e.to_hi > window.since, last_seen < window.until)


def _missing(key: ListKey, window: Window) -> Select[Any]:
    return select(
        _s.missed_at, _s.seen_at, _s.member, literal(ChangeKind.MISSING.value), null()
    ).where(
        _s.owner == key.owner,
        _s.direction == key.direction,
        _s.missed_at > window.since,
        _s.seen_at < window.until,
    )


def _beginning() -> ColumnElement[str]:
    """What it is that a span begins, by how the one before ended."""
    before = _before()
    return case(
        (before.is_(None), ChangeKind.GAINED.value),
        (before.in_([reason.value for reason in HIDDEN]), ChangeKind.RETURNED.value),
        else_=ChangeKind.REFOLLOWED.value,
    )


def _before() -> ColumnElement[str]:
    """How the same edge's span before this one ended; NULL where there is none."""
    earlier = edge_span.alias("earlier")
    return (
        select(_reason(earlier.c.end_reason))
        .where(earlier.c.src == _e.src, earlier.c.dst == _e.dst, earlier.c.from_hi < _e.from_hi)
        .order_by(earlier.c.from_hi.desc())
        .limit(1)
        .correlate(edge_span)
        .scalar_subquery()
    )


def _reason(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.coalesce(column, EndReason.UNKNOWN.value)


def _change(hi: datetime, lo: datetime, member: int, kind: str, reason: str | None) -> Change:
    return Change(hi, lo, member, ChangeKind(kind), EndReason(reason) if reason else None)


def _group(row: Any) -> Group:
    bounds, (kind, reason, count) = Bounds(*row[:4]), row[4:]
    return Group(bounds, ChangeKind(kind), EndReason(reason or EndReason.UNKNOWN), count)
