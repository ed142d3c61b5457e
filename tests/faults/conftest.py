"""Installations of real processes, ended with their test."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.services import postgres
from tests.services.missing import missing
from tests.services.redis import RedisServer
from tests.support.harness import Installation, settle_in
from tests.support.harness_graph import BEARER, Reader, X
from tests.support.harness_postgres import PostgresServer
from tests.support.harness_processes import Nursery

Install = Callable[..., Installation]
_NUMBERS = count()


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """The program that forks all processes of this run."""
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@pytest.fixture
def install(nursery: Nursery, tmp_path: Path) -> Iterator[Install]:
    """A function that makes an installation: `install(redis_url, database_url=None, **settings)`."""
    with ExitStack() as stack:

        def make(
            redis_url: str | None, database_url: str | None = None, **settings: str
        ) -> Installation:
            folder = tmp_path / f"home-{next(_NUMBERS)}"
            place = settle_in(folder, redis_url, database_url, **settings)
            installation = Installation(nursery, place)
            stack.callback(installation.close)
            return installation

        yield make


@pytest.fixture
def redis(redis_server: Callable[[], RedisServer]) -> RedisServer:
    """A Redis of the test's own."""
    return redis_server()


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test's own, to be restarted or killed."""
    programs = postgres.find_postgres() or missing("PostgreSQL", postgres.TRIED)
    with ExitStack() as stack:
        yield PostgresServer(stack, programs)


@pytest.fixture
def start(install: Install, redis: RedisServer, tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    """A function that starts a simulated X and settles an installation beside it."""
    with ExitStack() as stack:

        def make(
            edges: Sequence[tuple[str, str]],
            *options: str,
            lease: str = "3",
            workers: str = "4",
            database_url: str | None = None,
        ) -> Reader:
            x = X(tmp_path, edges, *options)
            stack.callback(x.close)
            home = install(
                redis.url,
                database_url,
                AFTERWORD_X_API_URL=x.url,
                AFTERWORD_X_BEARER_TOKEN=BEARER,
                AFTERWORD_LEASE=lease,
                AFTERWORD_WORKER_CONCURRENCY=workers,
            )
            reader = Reader(home, x)
            stack.callback(reader.close)
            return reader

        yield make


@pytest.fixture
def own_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that no other test sees."""
    name = f"faults_{next(_NUMBERS)}"
    admin = postgres_url.replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload] # a name of ours
    yield _in_database(postgres_url, name)
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload] # the same


def _in_database(url: str, name: str) -> str:
    address, question, options = url.partition("?")
    return address.rpartition("/")[0] + "/" + name + question + options
