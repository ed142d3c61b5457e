"""Conditions on spans, in SQL: what `pipeline.domain.graph.bounds` says of a moment."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from pipeline.domain.graph.kinds import Direction
from pipeline.store.graph_tables import edge_span

_e = edge_span.c


def certain_at(at: datetime) -> ColumnElement[bool]:
    """Whether the edge was surely there. One that nobody saw end is taken to last."""
    return and_(_e.from_hi <= at, or_(_e.to_hi.is_(None), and_(_e.to_hi > at, _e.to_lo >= at)))


def possible_at(at: datetime) -> ColumnElement[bool]:
    """Whether the edge may have been there."""
    begun = or_(_e.from_lo.is_(None), _e.from_lo < at, _e.from_hi <= at)
    return and_(begun, or_(_e.to_hi.is_(None), _e.to_hi > at))


def sides(direction: Direction) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The columns that hold a list's owner and its members."""
    return (_e.dst, _e.src) if direction is Direction.FOLLOWERS else (_e.src, _e.dst)
