"""Engines on real stores, and a live generation of each for a test to fill.

An engine joins the contract by a param of `engine`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.index.elastic import ElasticEngine, Server
from pipeline.index.engine import Engine
from pipeline.index.fts5 import Fts5Engine
from tests.support.engines import ENGINES
from tests.support.posts import SYNONYMS, Index


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine that a module's tests share; each test has generations of its own in it."""
    made = MAKERS[request.param](request)
    yield made
    made.close()


def _fts5(request: pytest.FixtureRequest) -> Engine:
    folder: Path = request.getfixturevalue("tmp_path_factory").mktemp("search")
    return Fts5Engine(folder / "search.db", synonyms=SYNONYMS)


def _elasticsearch(request: pytest.FixtureRequest) -> Engine:
    url: str = request.getfixturevalue("elasticsearch_url")
    server = Server(url, prefix=f"contract{uuid4().hex[:8]}")
    return ElasticEngine(server, synonyms=SYNONYMS)


MAKERS: dict[str, Callable[[pytest.FixtureRequest], Engine]] = {
    "fts5": _fts5,
    "elasticsearch": _elasticsearch,
}


@pytest.fixture
def index(engine: Engine) -> Iterator[Index]:
    """An empty live generation."""
    name = f"t{uuid4().hex[:12]}"
    engine.create(name)
    engine.promote(name)
    yield Index(engine, name)
    for generation in engine.generations():
        if not generation.live:
            engine.drop(generation.name)
