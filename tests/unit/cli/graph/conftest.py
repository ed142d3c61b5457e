"""An owner's terminal, and a small graph."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.graph.kinds import EndReason
from pipeline.store.database import Database
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.graphs import FOLLOWERS, Graphs, day
from tests.support.world import World
from tests.unit.cli.blog import Blog


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    own = migrated_sqlite(tmp_path / "afterword.db")
    yield own
    own.close()


@pytest.fixture
def graphs(database: Database) -> Graphs:
    return Graphs(database)


@pytest.fixture
def blog(database: Database, graphs: Graphs, tmp_path: Path, machine: FakeClock) -> Blog:
    """ada follows bob, cyd and somebody unnamed; bob follows cyd; ada's followers have changed."""
    ada, bob, cyd, none = graphs.people("ada", "bob", "cyd", None)
    graphs.read(ada, [bob, cyd, none])
    graphs.read(bob, [cyd])
    key = graphs.read(ada, [bob], FOLLOWERS)
    graphs.run(key, day(3))
    graphs.gone(key, cyd, EndReason.SUSPENDED, to_lo=day(0), to_hi=day(3))
    graphs.spans([graphs.edge(key, none, from_lo=day(0), from_hi=day(3))])
    return Blog(World(database, FakeClock(machine()), tmp_path), tmp_path)
