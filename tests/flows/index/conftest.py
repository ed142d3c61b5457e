"""Worlds whose posts are searched: on the embedded database, with each engine."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.elastic import ElasticEngine, Server
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.engines import ENGINES
from tests.support.world import World


@pytest.fixture
def world_on_fts5(clock: FakeClock, tmp_path: Path) -> Iterator[World]:
    world = World(migrated_sqlite(tmp_path / "afterword.db"), clock, tmp_path)
    yield world
    world.container.close()


@pytest.fixture(params=ENGINES)
def search_world(request: pytest.FixtureRequest, world_on_fts5: World) -> World:
    """A world on each engine, which nobody has written to yet."""
    if request.param == "elasticsearch":
        server: Server = request.getfixturevalue("elasticsearch")
        world_on_fts5.container.index.engine.close()
        world_on_fts5.use_engine(ElasticEngine(server))
    return world_on_fts5


@pytest.fixture
def forget_deletes(request: pytest.FixtureRequest, search_world: World) -> Callable[[], None]:
    """Makes the engine forget what it has deleted, as it does of itself after a while."""
    if search_world.container.index.engine.kind == "fts5":
        return lambda: None
    server: Server = request.getfixturevalue("elasticsearch")

    def forget() -> None:
        with Elasticsearch(server.url) as client:
            indices = f"{server.prefix}-*"
            client.indices.put_settings(index=indices, settings={"index.gc_deletes": "0s"})
            threading.Event().wait(0.3)  # its clock for that is a coarse one
            client.indices.refresh(index=indices)

    return forget
