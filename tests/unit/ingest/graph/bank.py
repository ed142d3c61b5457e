"""What a network really charges, and what a ledger may say meanwhile: written without either.

The network charges a resource once per UTC day of its own clock, for each list.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from sqlalchemy import text

from pipeline.store.database import Database
from pipeline.store.types import UtcTime

PRICE = 10_000
EARLY, LATE = timedelta(minutes=5), timedelta(minutes=6)
"""How much earlier or later than it was let out a call may be charged: clocks, and its own minute."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bank:
    """The network's own bookkeeping."""

    def __init__(self) -> None:
        self._sold: dict[tuple[date, int], set[int]] = defaultdict(set)
        self._lock = Lock()

    def sell(self, owner: int, members: Iterable[int], *, at: datetime) -> None:
        with self._lock:
            self._sold[at.date(), owner].update(members)

    def bills(self) -> dict[date, int]:
        """What each day comes to."""
        bills: dict[date, int] = defaultdict(int)
        for (day, _owner), members in self._sold.items():
            bills[day] += PRICE * len(members)
        return dict(bills)


def cycles(bills: dict[date, int], first: int) -> list[int]:
    """What each cycle comes to, where cycles begin on day `first` of a month."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for day, amount in bills.items():
        began = day - timedelta(days=first - 1)
        sums[began.year, began.month] += amount
    return list(sums.values())


def ledger(database: Database) -> list[tuple[datetime, date, int | None, int]]:
    """Rows: let out at, day, cost (None while it is out), reserved."""
    query = text("SELECT at, day, cost, reserved FROM budget_ledger").columns(at=UtcTime)
    with database.read() as db:
        rows = db.execute(query).all()
    return [(row.at, date.fromisoformat(row.day), row.cost, row.reserved) for row in rows]


def worst(
    rows: Iterable[tuple[datetime, date, int | None, int]], *, now: datetime
) -> dict[date, int]:
    """The most that each day which is not over may come to, by what the ledger knows."""
    sums: dict[date, int] = defaultdict(int)
    for at, day, cost, reserved in rows:
        if cost is not None:
            sums[day] += cost
            continue
        for possible in {(at - EARLY).date(), (at + LATE).date()}:
            sums[possible] += reserved
    return {day: amount for day, amount in sums.items() if (now - EARLY).date() <= day}
