"""What a sync will cost, from what is known already: no network is asked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import money
from pipeline.domain.graph import quote as rules
from pipeline.domain.graph.kinds import Direction, ListKey, Mode
from pipeline.domain.graph.quote import Line, Quote, Wanted
from pipeline.ingest.graph import purse
from pipeline.ingest.graph.orders import size_of
from pipeline.ingest.graph.purse import Spent
from pipeline.settings import Graph
from pipeline.store.graph import breakers, ledger, lists, paid, sizes
from pipeline.store.graph.breakers import Breaker
from pipeline.store.graph.paid import Shelf
from pipeline.store.graph.sizes import Looked, Payer, Sized

_DAY = timedelta(days=1)


class Question(NamedTuple):
    """Which lists of one network. `members` is for accounts whose size nobody knows."""

    network: str
    accounts: Sequence[str]
    directions: Sequence[Direction]
    mode: Mode = Mode.SWEEP
    members: int | None = None


class Row(NamedTuple):
    """One list of a quote; `line` None where its size is not known."""

    app: str
    wanted: Wanted
    line: Line | None


class Fit(NamedTuple):
    """What of a quote one app pays, beside what it has left."""

    app: str
    price: int
    spent: Spent
    days: int | None
    """UTC days it takes under the caps; None: more than ten years."""
    breaker: Breaker | None


class Estimate(NamedTuple):
    """The answer to a question."""

    rows: Sequence[Row]
    quote: Quote
    fits: Sequence[Fit]


class Account(NamedTuple):
    """Where an app stands."""

    app: str
    spent: Spent
    breaker: Breaker | None


class Quoter:
    """Reads sizes and what was paid; writes nothing."""

    def __init__(self, graph: Graph, clock: Callable[[], datetime]) -> None:
        self._graph = graph
        self._clock = clock

    def quote(self, db: Connection, asked: Question) -> Estimate:
        """What the lists come to, each and together, and whether the caps let it through."""
        payers = sizes.payers(db, asked.network)
        found = [(name, sizes.find(db, asked.network, name)) for name in asked.accounts]
        rows = [
            self._row(db, asked, payers, named, direction)
            for named in found
            for direction in asked.directions
        ]
        total = rules.quote([row.wanted for row in rows], overlap=self._graph.overlap)
        return Estimate(rows, total, self.fits(db, rows))

    def budget(self, db: Connection) -> list[Account]:
        """Every app that has spent, may spend or must not, by name."""
        now = self._clock()
        open_ = {breaker.app: breaker for breaker in breakers.listing(db) if breaker.holds(now)}
        return [
            Account(app, purse.spent(db, self._graph, app, now=now), open_.get(app))
            for app in sorted({*ledger.apps(db), *sizes.apps(db)})
        ]

    def fits(self, db: Connection, rows: Iterable[Row]) -> list[Fit]:
        """What each app pays of these lists, beside what it may."""
        prices: dict[str, int] = defaultdict(int)
        for row in rows:
            prices[row.app] += 0 if row.line is None else row.line.price
        return [self._fit(db, app, price) for app, price in sorted(prices.items())]

    def _row(
        self,
        db: Connection,
        asked: Question,
        payers: Sequence[Payer],
        named: tuple[str, Sized | None],
        direction: Direction,
    ) -> Row:
        name, sized = named
        looked = None if sized is None else sizes.looked(db, sized.ord, direction)
        payer = _payer(payers, asked.network, sized, looked)
        members = None if sized is None else self._members(db, sized, direction)
        wanted = Wanted(
            name if sized is None or sized.handle is None else f"@{sized.handle}",
            asked.network,
            direction,
            asked.mode,
            payer.name,
            asked.members if members is None else members,
            owned=sized is not None and payer.owner_id == sized.native_id,
            paid=0 if sized is None else self._paid(db, payer.app, sized.ord, direction),
            fresh=self._fresh(looked),
            assumed=members is None and asked.members is not None,
        )
        return Row(payer.app, wanted, rules.line(wanted, overlap=self._graph.overlap))

    @staticmethod
    def _members(db: Connection, sized: Sized, direction: Direction) -> int | None:
        """By the network's count or our own; None: nobody knows."""
        row = lists.get(db, ListKey(sized.ord, direction))
        return sized.members(direction) if row is None else size_of(db, row)

    def _paid(self, db: Connection, app: str, owner: int, direction: Direction) -> int:
        today = self._clock().astimezone(UTC).date()
        return paid.count(db, Shelf(app, today, direction, owner))

    def _fresh(self, looked: Looked | None) -> float | None:
        if looked is None or looked.swept_at is None:
            return None
        rate = looked.changes / looked.days if looked.days else 0.0
        since = max(looked.swept_at, looked.probed_at or looked.swept_at)
        return rate * max(0.0, (self._clock() - since) / _DAY)

    def _fit(self, db: Connection, app: str, price: int) -> Fit:
        now = self._clock()
        spent, caps = purse.spent(db, self._graph, app, now=now), purse.caps_of(self._graph)
        today, cycle = spent.left_today, spent.left_in_cycle
        days = money.days_for(price, caps, today=today, cycle=cycle, now=now)
        breaker = breakers.get(db, app)
        return Fit(app, price, spent, days, breaker if breaker and breaker.holds(now) else None)


def _payer(
    payers: Sequence[Payer], network: str, sized: Sized | None, looked: Looked | None
) -> Payer:
    """Who would read a list: who does already, else its owner, else the first; else one to come."""
    for payer in payers:
        if looked is not None and payer.name == looked.credential:
            return payer
    for payer in payers:
        if sized is not None and payer.owner_id == sized.native_id:
            return payer
    return payers[0] if payers else Payer(network, network, None)
