"""The whole feature against the simulated X on loopback, on a clock both of them share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import Graph
from pipeline.store.database import Database
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.world import World as Network
from tests.support.clock import FakeClock
from tests.support.reading import Reading
from tests.support.world import World

RICH = Graph(daily_cap=10_000.0, cycle_cap=100_000.0)

Open = Callable[..., Reading]


@pytest.fixture
def reading(database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[Open]:
    """A function that simulates X from edges and reads from it; keywords are the Simulator's."""
    with ExitStack() as stack:

        def start(edges: Any, *, graph: Graph = RICH, planner: Any = None, **more: Any) -> Reading:
            network = Network(edges, seed=7, planner=planner)
            x = stack.enter_context(SimulatedX(network, clock=clock, **more))
            world = World(
                database,
                clock,
                tmp_path,
                graph=graph,
                x_api_url=x.url,
                x_bearer_token="simulated-bearer",
            )
            return Reading(world, x)

        yield start
