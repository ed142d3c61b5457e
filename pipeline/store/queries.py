"""What readers asked the search for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline.store.post_tables import search_query


class AskedRow(NamedTuple):
    """A query that was asked once (keystrokes merged), and how much it found."""

    id: int
    site: str
    text: str
    total: int
    asked_at: datetime


class Click(NamedTuple):
    """A hit of a query was followed."""

    site: str
    text: str


class Asked(NamedTuple):
    """A query over a time: how often, how much it found last, how often a hit was followed."""

    text: str
    times: int
    total: int
    clicks: int


_q = search_query.c


def note(db: Connection, rows: Sequence[AskedRow]) -> None:
    """Store queries, or what became of one while it was typed."""
    for row in rows:
        values = row._asdict()
        if db.execute(update(search_query).where(_q.id == row.id).values(values)).rowcount == 0:
            db.execute(insert(search_query).values(values))


def count_clicks(db: Connection, clicks: Sequence[Click], *, since: datetime) -> None:
    """Count each click on the newest asking of its query; one nobody asked since counts nothing."""
    for click in clicks:
        newest = (
            select(_q.id)
            .where(_q.site == click.site, _q.text == click.text, _q.asked_at >= since)
            .order_by(_q.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        db.execute(update(search_query).where(_q.id == newest).values(clicks=_q.clicks + 1))


def report(
    db: Connection, *, site: str | None, since: datetime, limit: int, empty: bool
) -> list[Asked]:
    """The queries asked most often; `empty`: those that found nothing the last time."""
    last = func.max(_q.id).label("last")
    grouped = (
        select(_q.text, func.count().label("times"), last, func.sum(_q.clicks).label("clicks"))
        .where(_q.asked_at >= since)
        .group_by(_q.text)
    )
    if site is not None:
        grouped = grouped.where(_q.site == site)
    found = grouped.subquery()
    query = select(found.c.text, found.c.times, _q.total, found.c.clicks).join(
        search_query, _q.id == found.c.last
    )
    if empty:
        query = query.where(_q.total == 0)
    rows = db.execute(query.order_by(found.c.times.desc(), found.c.text).limit(limit))
    return [Asked(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows]


def prune(db: Connection, *, before: datetime) -> int:
    """Forget queries older than that; how many."""
    return db.execute(delete(search_query).where(_q.asked_at < before)).rowcount
