"""Fixtures every test may use: a clock that is set, databases, a container, people's comments."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from pytest_socket import disable_socket, enable_socket

from pipeline.index.elastic import Server
from pipeline.store.database import Database
from tests.support import examples
from tests.support.clock import FakeClock
from tests.support.databases import empty, migrated_sqlite
from tests.support.world import World

pytest_plugins = [
    "tests.services.redis",
    "tests.services.postgres",
    "tests.services.chromium",
    "tests.services.elasticsearch",
]

examples.use_everywhere()

_LATE = ("elasticsearch", "browser")
"""Marks of what is downloaded where it is missing, and starts slowly: its fixtures know how long."""
_FAULTS_S = 300
"""For a test that kills and freezes: each thing it waits for has a minute."""
_REAL = ("services", "browser", "faults")
_ON_DISK = frozenset({"database", "tmp_path", "tmp_path_factory"})
"""Fixtures that keep files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what keeps files, so that `make test-unit` takes seconds, and what may take its time."""
    for item in items:
        if _ON_DISK.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.disk)
        _give_time(item)


def _give_time(item: pytest.Item) -> None:
    own = item.get_closest_marker("timeout")
    faults = (_FAULTS_S,) if item.get_closest_marker("faults") else ()
    seconds = own.args if own else faults
    if any(item.get_closest_marker(name) for name in _LATE):
        item.add_marker(pytest.mark.timeout(*seconds, func_only=True), append=False)
    elif faults and not own:
        item.add_marker(pytest.mark.timeout(*faults))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that names no server reaches none."""
    if any(item.get_closest_marker(name) for name in _REAL):
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    with database.write() as db:
        from pipeline.store import schema  # noqa: PLC0415 - only where a server is

        schema.upgrade(db)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database; each test that asks for it runs on both kinds."""
    if request.param == "postgres":
        shared: Database = request.getfixturevalue("migrated_postgres")
        empty(shared)
        yield shared
        return
    own = migrated_sqlite(tmp_path / "afterword.db")
    yield own
    own.close()


@pytest.fixture
def elasticsearch(elasticsearch_url: str) -> Iterator[Server]:
    """The server, with a prefix of the test's own."""
    server = Server(elasticsearch_url, prefix=f"flow{uuid4().hex[:8]}")
    yield server
    with Elasticsearch(elasticsearch_url) as client:
        for index in client.indices.get(index=f"{server.prefix}-*"):
            client.indices.delete(index=index)


@pytest.fixture
def world(database: Database, clock: FakeClock, tmp_path: Path) -> World:
    """A site with its sources, and the means to send events and work them."""
    return World(database, clock, tmp_path)
