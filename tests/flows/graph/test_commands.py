"""`afterword graph` on a terminal, beside a worker, against the simulated X."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.settings import Graph
from tests.simulators.x.people import handle_of
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.world import World as Network
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.reading import followers, numbers
from tests.support.world import World
from tests.unit.cli.blog import SETTINGS, Blog, refuses

pytestmark = pytest.mark.services
MEMBERS = numbers(1200)
MONEY = "\n[graph]\ndaily_cap = 100\ncycle_cap = 1000\n"


class Terminal(Blog):
    """A blog's terminal, and a worker that works while a command runs."""

    def __init__(self, world: World, home: Path, x: SimulatedX) -> None:
        super().__init__(world, home)
        self.x = x
        self.settings(SETTINGS + MONEY)
        owner = x.world.graph.find("1")
        assert owner is not None
        self.handle = handle_of(x.world, owner)

    def graph(self, *args: str) -> str:
        """What a command that succeeds prints."""
        result = self.type("graph", *args, **self._environ)
        assert result.exit_code == 0, result.output
        return result.stdout

    @property
    def _environ(self) -> dict[str, str]:
        return {
            "AFTERWORD_X_API_URL": self.x.url,
            "AFTERWORD_X_BEARER_TOKEN": "simulated-bearer",
        }

    def refused(self, *args: str) -> None:
        """A command that fails, and says why."""
        refuses(self.type("graph", *args, **self._environ), 1, "has no account")

    def beside_a_worker(self, *args: str) -> str:
        """The same, with somebody working."""
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.05):
                self.world.clock.now = datetime.now(UTC)
                self.world.work()

        worker = threading.Thread(target=work)
        worker.start()
        try:
            return self.graph(*args)
        finally:
            over.set()
            worker.join()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    database = migrated_sqlite(tmp_path / "afterword.db")
    clock = FakeClock(datetime.now(UTC))
    with SimulatedX(Network(followers("1", MEMBERS), seed=3)) as x:
        token = "simulated-bearer"
        graph = Graph(daily_cap=100, cycle_cap=1000)
        world = World(database, clock, tmp_path, graph=graph, x_api_url=x.url, x_bearer_token=token)
        yield Terminal(world, tmp_path, x)
    database.close()


def test_a_handle_is_looked_up_for_a_cent_read_and_shown(terminal: Terminal) -> None:
    added = terminal.graph("add", f"@{terminal.handle}", "--yes")
    assert "1,200 people are kept from now on" in added
    assert terminal.x.simulator.report.total().charged == 1
    terminal.graph("add", f"@{terminal.handle}", "--yes")
    assert terminal.x.simulator.report.total().asked == 1
    synced = terminal.beside_a_worker("sync", terminal.handle, "--yes", "--watch")
    assert "sweep done, 3 pages" in synced
    assert terminal.x.simulator.report.total("followers").charged == 1200
    shown = terminal.graph("status")
    assert "$12.01 of $100.00 today" in shown
    assert "x, followers: 297 of 300 calls left" in shown


def test_who_is_not_there_is_said_and_not_paid_for(terminal: Terminal) -> None:
    terminal.refused("add", "@nobody_at_all", "--yes")
    assert terminal.x.simulator.report.total().charged == 0
