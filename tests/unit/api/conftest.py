"""A world on SQLite with its reading edge, and no Redis anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.store.database import Database
from tests.support.databases import migrated_sqlite
from tests.support.world import World

NOWHERE = "redis+socket:///nowhere/redis.sock"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    own = migrated_sqlite(tmp_path / "afterword.db")
    yield own
    own.close()


@pytest.fixture
def api(world: World) -> Edge:
    return make_api(world.container, NOWHERE)
