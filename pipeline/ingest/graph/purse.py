"""An app's money: reserved before a call, settled after it, never past a cap.

While a reservation is open it counts against every day and cycle its call may be charged to. It is
closed at what the answer came to; at nothing, where the network surely charged nothing; and at all
of it where nobody will ever know, once the days it may belong to can be told.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import billing, money
from pipeline.domain.graph.billing import Retry
from pipeline.domain.graph.calls import Ask, Denied, Permit
from pipeline.domain.graph.money import Books, Caps, Sums
from pipeline.domain.graph.windows import SPREAD, Chance
from pipeline.domain.ids import IdFactory
from pipeline.settings import Graph
from pipeline.store.graph import ledger, paid
from pipeline.store.graph.ledger import Entry
from pipeline.store.graph.paid import Shelf

_NOON = timedelta(hours=12)


class Reserved(NamedTuple):
    """A reservation, None where nothing is charged; `again`: an earlier call of the step had it."""

    id: int | None
    again: bool


class Spent(NamedTuple):
    """Where an app stands, in micro-dollars."""

    day: int
    cycle: int
    day_cap: int
    cycle_cap: int
    reserved: int
    """Of calls that are out, or that may have been charged."""

    @property
    def left_today(self) -> int:
        """What may still be spent before midnight UTC."""
        return max(0, min(self.day_cap - self.day, self.cycle_cap - self.cycle) - self.reserved)

    @property
    def left_in_cycle(self) -> int:
        """What may still be spent before the cycle ends, whatever a day's cap is."""
        return max(0, self.cycle_cap - self.cycle - self.reserved)


class Purse:
    """Reservations and their settlement."""

    def __init__(self, graph: Graph, ids: IdFactory, chance: Chance) -> None:
        self._caps = caps_of(graph)
        self._ids = ids
        self._chance = chance

    def reserve(self, db: Connection, ask: Ask, *, price: int, now: datetime) -> Reserved | Denied:
        """Set aside what the call may cost; other reservations of the app wait for the commit."""
        if not price:
            return Reserved(None, again=False)
        ledger.lock(db, ask.app)
        ledger.write_off_before(db, billing.days(now)[0], app=ask.app)
        held = ledger.held(db, ask.job_id, ask.step)
        retry = None if held is None else billing.retry(held.at, now=now)
        if retry is Retry.UNCLEAR:
            said = "an earlier call may have been charged, before or after midnight"
            return Denied(self._later(billing.passed(billing.days(now)[0])), said)
        if held is not None and retry is Retry.DEAR:
            ledger.write_off(db, held.id)
            held = None
        return self._set_aside(db, ask, price * ask.size, held, now=now)

    def settle(
        self,
        db: Connection,
        permit: Permit,
        members: Sequence[int],
        *,
        answered_at: datetime | None,
        now: datetime,
    ) -> int:
        """Close a reservation at what its answer costs, on the day of the network's clock."""
        ask, day = permit.ask, (answered_at or now).astimezone(UTC).date()
        if permit.reservation is None:
            return 0
        new = paid.add(db, Shelf(ask.app, day, ask.kind, ask.owner), members)
        cost = permit.price * new
        if not ledger.settle(db, permit.reservation, day=day, cost=cost, resources=new):
            # Another took the step over, and the reservation with it: this comes on top.
            late = _entry(self._ids.next(now), ask, permit.price * ask.size, at=now, day=day)
            ledger.add(db, late._replace(cost=cost, resources=new))
        return cost

    def release(self, db: Connection, permit: Permit) -> None:
        """Take a reservation back whose call was refused; not if an earlier one may have cost."""
        if permit.reservation is not None and not permit.again:
            ledger.drop(db, permit.reservation)

    def room(self, db: Connection, ask: Ask, *, now: datetime) -> int:
        """What a call may cost at most now, in micro-dollars."""
        books = books_of(db, ask.app, self._caps, now=now)
        found = money.periods(books, self._caps, now=now)
        return max(0, min(p.left(books.reserved, scheduled=ask.scheduled) for p in found))

    def _set_aside(
        self, db: Connection, ask: Ask, amount: int, held: Entry | None, *, now: datetime
    ) -> Reserved | Denied:
        already = 0 if held is None else held.reserved
        if amount > already:
            own = Sums(already, already if ask.scheduled else 0)
            if denied := self._refusal(db, ask, amount, own, now=now):
                return denied
        id_ = self._ids.next(now)
        if held is None:
            ledger.add(db, _entry(id_, ask, amount, at=now, day=billing.days(now)[-1]))
        else:  # under a new number: who had it before, and is late, can't close it any more
            ledger.renew(db, held.id, id_, reserved=max(already, amount))
        return Reserved(id_, again=held is not None)

    def _refusal(
        self, db: Connection, ask: Ask, amount: int, own: Sums, *, now: datetime
    ) -> Denied | None:
        """Why `amount` does not fit in the place of what is reserved for it already."""
        books = books_of(db, ask.app, self._caps, now=now)
        books = books._replace(reserved=books.reserved.minus(own))
        found = money.refusal(books, self._caps, amount, scheduled=ask.scheduled, now=now)
        if found is None:
            return None
        return Denied(found.until and self._later(found.until), found.reason)

    def _later(self, moment: datetime) -> datetime:
        return moment + SPREAD * self._chance()


def caps_of(graph: Graph) -> Caps:
    """The caps of the settings."""
    share, day = graph.scheduled_share, graph.cycle_day
    return money.caps(graph.daily_cap, graph.cycle_cap, share=share, cycle_day=day)


def books_of(db: Connection, app: str, caps: Caps, *, now: datetime) -> Books:
    """What an app has spent in every cycle that a call may be charged to now."""
    return ledger.books(db, app, since=billing.cycle_of(billing.days(now)[0], caps.cycle_day))


def spent(db: Connection, graph: Graph, app: str, *, now: datetime) -> Spent:
    """Where an app stands today and in this cycle, by our clock."""
    caps, today = caps_of(graph), now.astimezone(UTC).date()
    books = books_of(db, app, caps, now=now)
    cycle = billing.cycle_of(today, caps.cycle_day)
    day = books.over(today, billing.following(today)).whole
    whole = books.over(cycle, billing.next_cycle(cycle)).whole
    return Spent(day, whole, caps.day.whole, caps.cycle.whole, books.reserved.whole)


def accrued(db: Connection, graph: Graph, app: str, *, now: datetime) -> int:
    """Of the scheduled share of this cycle's cap, what its days so far brought and nobody spent.

    Half of a day's part comes as it begins, for the sooner it is spent, the longer what was paid for
    is free; the other half after noon, so that there is something left for heads.
    """
    caps, today = caps_of(graph), now.astimezone(UTC).date()
    cycle = billing.cycle_of(today, caps.cycle_day)
    end = billing.next_cycle(cycle)
    books = books_of(db, app, caps, now=now)
    spent = books.over(cycle, end).scheduled + books.reserved.scheduled
    passed = (max(now, billing.midnight(today) + _NOON) - billing.midnight(cycle)) / (end - cycle)
    return int(caps.cycle.scheduled * passed) - spent


def _entry(id_: int, ask: Ask, amount: int, *, at: datetime, day: date) -> Entry:
    return Entry(id_, ask.job_id, ask.step, ask.app, at, day, ask.kind, ask.scheduled, amount)
