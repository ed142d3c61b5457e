"""How a list grew, day by day."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.series import Day, Material, series
from pipeline.ingest.graph.questions.lists import Reading, read_lists
from pipeline.ingest.graph.questions.naming import find
from pipeline.store.graph import changes, readings, suspects
from pipeline.store.graph.profiles import AccountRow


class GrowthAsked(NamedTuple):
    """Of whose list, from the start of a UTC day to a moment."""

    network: str
    account: str
    direction: Direction
    since: datetime
    until: datetime


class Point(NamedTuple):
    """A day, and what the network itself said it counts that day."""

    day: Day
    counted: int | None


class Growth(NamedTuple):
    """Every day, and what the figures stand on."""

    owner: AccountRow
    reading: Reading
    points: tuple[Point, ...]


def growth(db: Connection, asked: GrowthAsked) -> Growth:
    """A list's series. Raises NotFoundError."""
    owner = find(db, asked.network, asked.account)
    key = ListKey(owner.ord, asked.direction)
    counted = _counted(db, key, asked)
    days = series(_material(db, key, asked), asked.since.date(), asked.until)
    points = tuple(Point(day, counted.get(day.day)) for day in days)
    return Growth(owner, read_lists(db, [key])[0], points)


def _material(db: Connection, key: ListKey, asked: GrowthAsked) -> Material:
    missing = suspects.of_list(db, key).values()
    return Material(
        lasting=changes.lasting(db, key, asked.since),
        groups=changes.grouped(db, key, asked.since),
        missing=[(each.seen_at, each.missed_at) for each in missing],
        runs=readings.complete(db, key, asked.since, asked.until),
        first_read=readings.first(db, key),
    )


def _counted(db: Connection, key: ListKey, asked: GrowthAsked) -> dict[date, int]:
    return dict(readings.counts(db, key, asked.since, asked.until))
