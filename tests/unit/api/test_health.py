"""Liveness and readiness."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.api.health import Probe, check_commit
from pipeline.store.database import Database
from tests.support.world import World
from tests.unit.api.reading import get


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_a_process_that_answers_is_alive(bare_api: Edge) -> None:
    assert get(bare_api, "/livez").json() == {"status": "alive"}


def test_without_redis_it_is_ready_and_says_so(world: World) -> None:
    reply = get(make_api(world.container, "redis+socket:///nowhere/redis.sock"), "/readyz")
    body = reply.json()
    assert (reply.status, body["status"]) == (200, "ready")
    assert (body["checks"]["database"], body["checks"]["migrations"]) == ("ok", "ok")
    assert "answer" in body["checks"]["redis"]


def test_an_unmigrated_database_is_not_ready_and_the_answer_says_what_to_do(
    world: World, api: Edge
) -> None:
    with world.database.write_relaxed() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    reply = get(api, "/readyz")
    assert (reply.status, reply.json()["status"]) == (503, "not ready")
    assert "afterword migrate" in reply.json()["checks"]["migrations"]


def test_an_empty_database_is_not_ready(world: World, api: Edge) -> None:
    with world.database.write_relaxed() as db:
        db.exec_driver_sql("DROP TABLE alembic_version")
        db.exec_driver_sql("DROP TABLE tick")
    checks = get(api, "/readyz").json()["checks"]
    assert checks["database"] == "failed: OperationalError"
    assert checks["migrations"].startswith("at none")


def test_a_writer_that_holds_the_lock_makes_the_check_wait_for_it(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    probe = Probe(lambda: check_commit(database), pool, within=0.05)
    with database.write_relaxed():
        assert asyncio.run(probe.outcome()) == "no answer within 0.05 s"
    assert probe._running is not None
    assert probe._running.result(timeout=60) == "ok"
    probe._within = 60.0  # nobody holds it any more, yet a busy disk may take longer than before
    assert asyncio.run(probe.outcome()) == "ok"


def test_a_check_that_hangs_is_not_begun_twice(pool: ThreadPoolExecutor) -> None:
    begun: list[int] = []
    release = threading.Event()

    def hang() -> str:
        begun.append(1)
        release.wait(60)
        return "ok"

    probe = Probe(hang, pool, within=0.01)
    waited = [asyncio.run(probe.outcome()) for _ in range(3)]
    release.set()
    assert waited == ["no answer within 0.01 s"] * 3
    assert probe._running is not None
    assert probe._running.result(timeout=60) == "ok"
    assert len(begun) == 1


def test_a_check_that_fails_tells_its_kind_and_no_more(pool: ThreadPoolExecutor) -> None:
    def fail() -> str:
        raise OSError("postgresql://user:secret@host")

    assert asyncio.run(Probe(fail, pool, within=60).outcome()) == "failed: OSError"
