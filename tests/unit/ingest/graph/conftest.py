"""A turnstile with nothing behind it, and a world that reads lists and can pay for them."""

from pathlib import Path

import pytest

from pipeline.settings import Graph
from pipeline.store.database import Database
from tests.support.clock import FakeClock
from tests.support.graph import FakeNetwork, Followed
from tests.support.world import World
from tests.unit.ingest.graph.gatehouse import Gatehouse

RICH = Graph(daily_cap=1000.0, cycle_cap=20_000.0)


@pytest.fixture
def gate(database: Database, clock: FakeClock) -> Gatehouse:
    return Gatehouse(database, clock)


@pytest.fixture
def world(database: Database, clock: FakeClock, tmp_path: Path) -> World:
    """As everywhere, with money."""
    return World(database, clock, tmp_path, graph=RICH)


@pytest.fixture
def network(world: World) -> FakeNetwork:
    """What every credential opens."""
    network = FakeNetwork(world.clock, world.database)
    world.use_network(network)
    return network


@pytest.fixture
def followed(world: World, network: FakeNetwork) -> Followed:
    """An account whose followers are kept."""
    return Followed(world, network)
