"""A small graph behind the reading edge, and a caller who knows the password."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.domain.graph.kinds import EndReason
from pipeline.settings import Graph
from pipeline.store.database import Database
from tests.support.asgi import Reply
from tests.support.clock import FakeClock
from tests.support.graphs import FOLLOWERS, Graphs, day
from tests.support.world import World
from tests.unit.api.reading import get

PASSWORD = "correct horse: battery"
Ask = Callable[..., Reply]


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def graphs(database: Database) -> Graphs:
    """ada follows bob, cyd and somebody unnamed; bob follows cyd; ada's followers have changed."""
    graphs = Graphs(database)
    ada, bob, cyd, none = graphs.people("ada", "bob", "cyd", None)
    graphs.read(ada, [bob, cyd, none])
    graphs.read(bob, [cyd])
    key = graphs.read(ada, [bob], FOLLOWERS)
    graphs.run(key, day(3))
    graphs.gone(key, cyd, EndReason.SUSPENDED, to_lo=day(0), to_hi=day(3))
    graphs.spans([graphs.edge(key, none, from_lo=day(0), from_hi=day(3))])
    return graphs


@pytest.fixture
def edge(database: Database, tmp_path: Path) -> Edge:
    world = World(database, FakeClock(day(4)), tmp_path, admin_password=PASSWORD)
    return make_api(world.container, "memory://")


@pytest.fixture
def public_edge(database: Database, tmp_path: Path) -> Edge:
    world = World(database, FakeClock(day(4)), tmp_path, graph=Graph(public=True))
    return make_api(world.container, "memory://")


@pytest.fixture
def ask(edge: Edge, graphs: Graphs) -> Ask:
    """Ask as the owner."""
    assert graphs

    def asked(address: str, **headers: str) -> Reply:
        given: dict[str, Any] = {"authorization": basic("admin", PASSWORD)} | headers
        return get(edge, f"/api/graph/{address}", **given)

    return asked
