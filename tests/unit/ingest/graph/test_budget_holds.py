"""Never one cent over: threads that spend together, around midnight and the end of a cycle.

Clocks differ by minutes, calls are lost before and after they were charged, and tried again later.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random, randrange
from threading import Barrier, Lock

import pytest

from pipeline.domain.graph.failures import NetworkDownError, RateLimitedError
from pipeline.domain.graph.port import Limits
from pipeline.ingest.graph.turnstile import Ask, Denied, Permit
from pipeline.store.database import Database
from tests.support.clock import FakeClock
from tests.unit.ingest.graph.bank import PRICE, Bank, cycles, ledger, worst
from tests.unit.ingest.graph.gatehouse import Gatehouse

DAY_CAP, CYCLE_CAP = 60 * PRICE, 150 * PRICE
CYCLE_DAY = 15
THREADS, NIGHTS, ROUNDS = 4, 3, 5
BEGIN = datetime(2026, 6, 12, 23, 50, tzinfo=UTC)


class Spender:
    """One worker: asks, calls, is cut off, tries again."""

    def __init__(self, gate: Gatehouse, bank: Bank, number: int, seed: int) -> None:
        self.gate = gate
        self.bank = bank
        self.random = Random(f"{seed}/{number}")  # noqa: S311 - a test's own dice
        self.skew = timedelta(seconds=self.random.randint(-240, 240))
        self.number = number
        self.lost: list[Ask] = []

    def step(self) -> None:
        """Ask for one page, new or lost before, and live through what becomes of it."""
        ask = self.next()
        found = self.gate.try_(ask)
        if isinstance(found, Denied):
            if self.random.random() < 0.5:
                self.lost.append(ask)
            return
        self.live(found)

    def next(self) -> Ask:
        if self.lost and self.random.random() < 0.6:
            return self.lost.pop(self.random.randrange(len(self.lost)))
        owner, size = self.random.randint(1, 3), self.random.randint(1, 20)
        scheduled = self.random.random() < 0.3
        return self.gate.ask(
            credential=f"c{self.number}", owner=owner, size=size, scheduled=scheduled
        )

    def live(self, permit: Permit) -> None:
        let_out = permit.until - timedelta(seconds=60)
        at = let_out + self.skew + timedelta(seconds=self.random.uniform(0, 59))
        fate = self.random.choice(["ok"] * 5 + ["refused", "down", "charged", "crash", "late"])
        first = permit.ask.job_id * 15  # overlaps a little with the next job's
        page = range(first, first + permit.ask.size)
        if fate in ("ok", "charged", "late"):
            self.bank.sell(permit.ask.owner, page, at=at)
        if fate == "ok":
            limits = Limits(900, 800, self.gate.clock.now + timedelta(minutes=15))
            self.gate.leave(permit, page, limits=limits, answered_at=at)
        elif fate == "refused":
            limits = Limits(900, 1, self.gate.clock.now + timedelta(minutes=15))
            self.gate.refused(permit, RateLimitedError("429", limits=limits, hidden=True))
        elif fate in ("down", "charged"):
            self.gate.refused(permit, NetworkDownError("no answer"))
        if fate != "ok":
            self.lost.append(permit.ask)


def run(database: Database, seed: int) -> Iterator[tuple[Gatehouse, Bank]]:
    """Nights in which the spenders work at once, minute by minute, with more to ask than they may."""
    clock = FakeClock(BEGIN)
    gate = Gatehouse(
        database,
        clock,
        daily_cap=DAY_CAP / 1_000_000,
        cycle_cap=CYCLE_CAP / 1_000_000,
        cycle_day=CYCLE_DAY,
    )
    bank, dice, lock = Bank(), Random(seed), Lock()  # noqa: S311 - a test's own dice
    spenders = [Spender(gate, bank, number, seed) for number in range(THREADS)]

    def work(spender: Spender) -> None:
        for _ in range(3):
            spender.step()
            with lock:
                clock.advance(seconds=dice.uniform(0, 40))

    with ThreadPoolExecutor(THREADS) as pool:
        for night in range(NIGHTS):
            clock.now = BEGIN + timedelta(days=night)
            for _ in range(ROUNDS):
                list(pool.map(work, spenders))
                yield gate, bank
            gate.tidy()
    clock.advance(days=2)
    gate.tidy()
    yield gate, bank


@pytest.mark.parametrize("seed", [1, 2, None], ids=["1", "2", "random"])
def test_no_day_and_no_cycle_ever_comes_to_more_than_its_cap(
    database: Database, seed: int | None
) -> None:
    seed = randrange(1 << 30) if seed is None else seed  # noqa: S311 - pytest-randomly's seed
    spent = 0
    for gate, bank in run(database, seed):
        rows = ledger(database)
        for day, amount in worst(rows, now=gate.clock.now).items():
            assert amount <= DAY_CAP, (seed, day)
        bills = bank.bills()
        assert max(bills.values(), default=0) <= DAY_CAP, seed
        assert max(cycles(bills, CYCLE_DAY), default=0) <= CYCLE_CAP, seed
        spent = sum(bills.values())
    booked = [(day, cost) for _at, day, cost, _reserved in rows if cost is not None]
    assert len(booked) == len(rows), "everything is closed in the end"
    assert spent <= sum(cost for _day, cost in booked)
    by_day = {day: sum(cost for d, cost in booked if d == day) for day, _cost in booked}
    assert max(by_day.values()) <= DAY_CAP, seed
    assert max(cycles(by_day, CYCLE_DAY)) <= CYCLE_CAP, seed
    assert spent > DAY_CAP, "a cap that is never reached proves nothing"


def test_of_many_that_ask_at_once_only_as_many_go_out_as_fit(
    database: Database, clock: FakeClock
) -> None:
    gate = Gatehouse(database, clock, daily_cap=1.0)
    together = Barrier(THREADS)

    def ask(number: int) -> Permit | Denied:
        together.wait(60)
        return gate.try_(credential=f"c{number}", size=30)

    for _ in range(3):
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(ask, range(THREADS)))
        permits = [each for each in found if isinstance(each, Permit)]
        assert len(permits) == 3
        for place, permit in enumerate(permits):
            gate.leave(permit, range(place * 30, place * 30 + 30))
        assert gate.spent().day == 90 * PRICE
        clock.advance(days=1)


def test_of_many_that_ask_at_once_only_as_many_go_out_as_the_window_holds(
    database: Database, clock: FakeClock
) -> None:
    gate = Gatehouse(database, clock)
    gate.warm(32)
    together = Barrier(THREADS)

    def ask(_number: int) -> Permit | Denied:
        together.wait(60)
        return gate.try_()

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ask, range(THREADS)))
    assert sum(isinstance(each, Permit) for each in found) == 2
