"""A blog with its settings and a database at head."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.world import World
from tests.unit.cli.blog import Blog


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[Blog]:
    database = migrated_sqlite(tmp_path / "afterword.db")
    # The command reads the machine's own clock.
    clock = FakeClock(datetime.now(UTC))
    yield Blog(World(database, clock, tmp_path), tmp_path)
    database.close()
