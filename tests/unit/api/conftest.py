"""A world on SQLite with its reading edge, and a broker in memory."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.store.database import Database
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.world import World


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    own = migrated_sqlite(tmp_path / "afterword.db")
    yield own
    own.close()


@pytest.fixture
def api(world: World) -> Edge:
    return make_api(world.container, "memory://")


@pytest.fixture(scope="session")
def bare_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """An edge over an empty database, for tests that change nothing: made once."""
    home = tmp_path_factory.mktemp("bare")
    own = migrated_sqlite(home / "afterword.db")
    yield make_api(World(own, FakeClock(), home).container, "memory://")
    own.close()


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged; rendering it is another module's work."""
    with capture_logs() as lines:
        yield lines
