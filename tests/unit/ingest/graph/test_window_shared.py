"""Eight workers and one credential, against a network that counts for itself."""

import heapq
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest

from pipeline.domain.graph.failures import RateLimitedError
from pipeline.domain.graph.port import Limits
from pipeline.ingest.graph.turnstile import Denied, Permit
from tests.unit.ingest.graph.gatehouse import Gatehouse

QUOTA, LENGTH = 15, timedelta(minutes=15)
WORKERS = 8


class Network:
    """A fixed window that begins with its first call."""

    def __init__(self) -> None:
        self.until: datetime | None = None
        self.used = 0
        self.refusals: list[datetime] = []
        self.answers = 0

    def call(self, at: datetime, *, calls: int = 1) -> Limits | None:
        """What a call is told; None: it is refused."""
        if self.until is None or at >= self.until:
            self.until, self.used = at + LENGTH, 0
        if self.used + calls > QUOTA:
            return None
        self.used += calls
        return Limits(QUOTA, QUOTA - self.used, self.until)


class Workers:
    """Each asks when it may, calls, waits for its answer, and asks again."""

    def __init__(self, gate: Gatehouse, network: Network, seed: int) -> None:
        self.gate = gate
        self.network = network
        self.random = Random(seed)  # noqa: S311 - a test's own dice
        self.order = count()
        self.wakes: list[tuple[datetime, int, int, tuple[Permit, Limits | None] | None]] = []
        self.parked: list[datetime] = []
        for number in range(WORKERS):
            self.at(gate.clock.now, number)

    def at(
        self, when: datetime, number: int, out: tuple[Permit, Limits | None] | None = None
    ) -> None:
        heapq.heappush(self.wakes, (when, next(self.order), number, out))

    def run(self, until: datetime) -> None:
        while self.wakes and self.wakes[0][0] < until:
            now, _, number, out = heapq.heappop(self.wakes)
            self.gate.clock.now = now
            self.gate.chance = self.random.random()
            if out is None:
                self.ask(number)
            else:
                self.answer(number, *out)

    def ask(self, number: int) -> None:
        now = self.gate.clock.now
        found = self.gate.try_(interactive=number == 0)
        if isinstance(found, Denied):
            assert found.until is not None
            if found.until - now > timedelta(seconds=10):
                self.parked.append(found.until)
            self.at(found.until, number)
            return
        arrives = now + timedelta(seconds=self.random.uniform(0.05, 2))
        limits = self.network.call(arrives)
        if limits is None:
            self.network.refusals.append(arrives)
        back = arrives + timedelta(seconds=self.random.uniform(0.05, 10))
        self.at(back, number, (found, limits))

    def answer(self, number: int, permit: Permit, limits: Limits | None) -> None:
        if limits is None:
            refusal = RateLimitedError("429", limits=Limits(QUOTA, 0, self.network.until))
            until = self.gate.refused(permit, refusal)
            assert until is not None
            self.at(until, number)
            return
        self.network.answers += 1
        self.gate.leave(permit, limits=limits)
        self.at(self.gate.clock.now, number)


@pytest.mark.parametrize("seed", [1, 2])
def test_without_another_client_nobody_is_ever_refused(gate: Gatehouse, seed: int) -> None:
    network = Network()
    workers = Workers(gate, network, seed)
    workers.run(gate.clock.now + 3 * LENGTH)
    assert network.refusals == []
    assert network.answers >= 3 * (QUOTA - 1), "all but the floor is used in each window"
    spread = [wake for wake in workers.parked if wake < min(workers.parked) + LENGTH / 2]
    assert max(spread) - min(spread) >= timedelta(seconds=10)


def test_where_another_client_was_first_one_refusal_tells_all(gate: Gatehouse) -> None:
    network = Network()
    workers = Workers(gate, network, 3)
    for _ in range(3):
        assert network.call(gate.clock.now, calls=QUOTA)
        assert network.until is not None
        workers.run(network.until)
        gate.clock.now = network.until
    assert len(network.refusals) == 3
    assert network.answers == 0
