"""Heads of lists through many histories, from the planner down to X: what is asked, paid and found.

AFTERWORD_PROBE_HISTORIES=1000 goes through a thousand; each is three looks, and repeatable.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from pipeline.domain.graph import plans
from pipeline.domain.graph.kinds import JobState, Mode
from pipeline.domain.graph.plans import Probe
from pipeline.settings import Graph
from pipeline.store.database import Database
from pipeline.store.graph.lists import ListRow
from tests.simulators.x.faults import Fault
from tests.simulators.x.kinds import Change, Kind
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.world import World as Network
from tests.support.clock import FakeClock
from tests.support.databases import empty, migrated_sqlite
from tests.support.reading import Reading, followers, numbers
from tests.support.world import World

pytestmark = [pytest.mark.services, pytest.mark.timeout(60)]

HISTORIES = int(os.environ.get("AFTERWORD_PROBE_HISTORIES", "24"))  # noqa: TID251 - of the tests
LOOKS = 3
SIZES = (40, 40, 300, 300, 300, 2200)
"""Of lists: the last is longer than a fence, and takes a second to make."""
OWNER = "1"
LARGEST = 1000
RICH = Graph(daily_cap=10_000.0, cycle_cap=100_000.0)


class Life:
    """What happens to one list, by chance: follows, some again, and purges, of which some are undone."""

    def __init__(self, dice: Random, network: Network) -> None:
        self._dice, self._network = dice, network
        self._order = network.members(OWNER, "followers")  # newest first, the hidden too
        self._hidden: list[str] = []
        self._rate = dice.choice((0.5, 5, 50, 400))
        self._reinstates = dice.random() < 0.5
        self._next = 50_000

    def pass_a_day(self) -> set[str]:
        """Who followed, for the first time or again, and is shown."""
        follows = int(self._dice.gammavariate(4, self._rate / 4))
        came = {self._again() if self._dice.random() < 0.2 else self._new() for _ in range(follows)}
        if self._reinstates:
            for who in [each for each in self._hidden if self._dice.random() < 0.2]:
                self._hidden.remove(who)
                self._do(Kind.REINSTATE, who)
        for _ in range(self._dice.choice((0, 0, 3, 20))):
            self._purge(self._dice.choice(self._order[:300]))
        return came & set(self._order) - set(self._hidden)

    def down_to(self, shown: int) -> tuple[list[str], int]:
        """So many from the head on, and how many hidden ones stand above the last of them."""
        places = [at for at, who in enumerate(self._order) if who not in self._hidden][:shown]
        return [self._order[at] for at in places], places[-1] + 1 - len(places) if places else 0

    def _new(self) -> str:
        self._next += 1
        return self._follow(str(self._next))

    def _again(self) -> str:
        near = self._order[: self._dice.choice((10, 400))]
        who = self._dice.choice([each for each in near if each not in self._hidden])
        self._unfollow(who)
        return self._follow(who)

    def _purge(self, who: str) -> None:
        if self._dice.random() < 0.5:
            self._unfollow(who)
        elif who not in self._hidden:
            self._hidden.append(who)
            self._do(Kind.SUSPEND, who)

    def _follow(self, who: str) -> str:
        self._order.insert(0, who)
        self._do(Kind.FOLLOW, who, OWNER)
        return who

    def _unfollow(self, who: str) -> None:
        self._order.remove(who)
        self._do(Kind.UNFOLLOW, who, OWNER)

    def _do(self, kind: Kind, who: str, whom: str = "") -> None:
        self._network.apply([Change(self._network.now, kind, who, whom)])


class Seen(NamedTuple):
    """A probe, as X saw it, and what it was about."""

    asked: int
    paid: int
    page: int
    """People the last request asked for."""
    new: int
    """Members that followed, again or for the first time, or came back, since the look before."""
    hidden: int
    """Members above the last one that was read, whom X leaves out after it has cut a page."""


@pytest.fixture(name="shared", scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One for all histories: a new one would compile every statement anew."""
    database = migrated_sqlite(tmp_path_factory.mktemp("heads") / "afterword.db")
    yield database
    database.close()


@pytest.fixture(name="emptied")
def _emptied(shared: Database) -> Database:
    empty(shared)
    return shared


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_nobody_is_missed_and_no_more_asked_or_paid_for_than_the_bounds(
    seed: int, emptied: Database, tmp_path: Path
) -> None:
    """Requests are free at X, and people are not: both are bounded by what is new alone.

    New is who followed, for the first time or again, or came back: each has to be paid for to be found.
    Those whom X left out of a page it had cut count for requests too: nobody can ask for them.
    It can't hold in every history: where the k newest all follow again and stand in their old order,
    their head is that of a list in which nothing happened, and who stands below them is missed.
    """
    dice = Random(seed)  # noqa: S311 - histories, no secrets
    with _list_of(dice.choice(SIZES), emptied, tmp_path, seed) as (on, row):
        life, network, known = Life(dice, on.x.world), on.x.simulator, on.known(row)
        for _ in range(LOOKS):
            on.world.clock.advance(days=1)
            network.catch_up()
            came = life.pass_a_day()
            network.faults.clear()
            network.faults.add([Fault("swaps", "followers", probability=0.5)])
            seen = _probe(on, row, life, came, known)
            known = on.known(row)
            assert came <= known
            assert seen.asked <= ceil((seen.new + seen.hidden) / LARGEST) + 1, seen
            assert seen.paid <= seen.new + RICH.overlap + seen.page - 1, seen


def _probe(on: Reading, row: ListRow, life: Life, came: set[str], before: set[str]) -> Seen:
    report = on.x.simulator.report
    report.clear()
    job = on.sync(row, Mode.PROBE)
    assert job.state == JobState.DONE, job.reason
    line, plan = report.total("followers"), plans.decode(job.plan or "")
    assert isinstance(plan, Probe)
    read, hidden = life.down_to(line.returned)
    new = came | (set(read) - before)
    return Seen(line.asked, line.charged, plan.size, len(new), hidden)


@contextmanager
def _list_of(
    size: int, database: Database, place: Path, seed: int
) -> Iterator[tuple[Reading, ListRow]]:
    """A list of so many followers that was read once."""
    clock, network = FakeClock(), Network(followers(OWNER, numbers(size, 10_000)), seed=seed)
    with SimulatedX(network, clock=clock) as x:
        access = {"x_api_url": x.url, "x_bearer_token": "simulated-bearer"}
        on = Reading(World(database, clock, place, graph=RICH, **access), x)
        row = on.keep(OWNER)
        on.sync(row)
        yield on, row
