"""Worlds whose posts are searched: on the embedded database, with each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.world import World


@pytest.fixture
def search_world(clock: FakeClock, tmp_path: Path) -> Iterator[World]:
    database = migrated_sqlite(tmp_path / "afterword.db")
    world = World(database, clock, tmp_path)
    yield world
    world.container.close()
