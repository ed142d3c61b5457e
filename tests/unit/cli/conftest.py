"""A blog with its settings and a database at head."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.bootstrap import build
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.world import World
from tests.unit.cli.blog import Blog


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The clock that a command reads: no day ends between what a test does and what it says."""
    clock = FakeClock(datetime.now(UTC))
    monkeypatch.setitem(build.__kwdefaults__, "clock", clock)
    return clock


@pytest.fixture
def blog(tmp_path: Path, machine: FakeClock) -> Iterator[Blog]:
    database = migrated_sqlite(tmp_path / "afterword.db")
    clock = FakeClock(machine())
    yield Blog(World(database, clock, tmp_path), tmp_path)
    database.close()
