"""The index while its workers are killed: what is in it equals the posts, during and after a rebuild.

AFTERWORD_KILL_SEEDS=20 AFTERWORD_KILL_FACTS=1000 runs the long form; docs/faults.md has its figures.
"""

import os
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.bootstrap import Container, build
from pipeline.config import load_settings
from pipeline.domain import events
from pipeline.domain.events import IndexRebuild
from pipeline.index.elastic import Server
from pipeline.ingest.accept import accept
from pipeline.store import generations, overview, posts
from pipeline.store.log import NewEvent
from pipeline.store.own_events import announce
from pipeline.store.post_tables import GenerationState
from tests.services.redis import RedisServer
from tests.support.chaos import Fact, expected, history, require_equal
from tests.support.engines import ELASTICSEARCH
from tests.support.harness import Installation
from tests.support.harness_processes import until, wait

pytestmark = pytest.mark.faults

FACTS = int(os.environ.get("AFTERWORD_KILL_FACTS", "300"))  # noqa: TID251 - a switch of the tests
SEEDS = int(os.environ.get("AFTERWORD_KILL_SEEDS", "1"))  # noqa: TID251 - the same
KILLS = 8
CASES = [
    pytest.param(*engine.values, seed, marks=engine.marks)
    for engine in (pytest.param("fts5"), ELASTICSEARCH)
    for seed in range(SEEDS)
]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings that choose an engine."""
    if request.param == "fts5":
        return {}
    server: Server = request.getfixturevalue("elasticsearch")
    return {
        "AFTERWORD_ELASTICSEARCH_URL": server.url,
        "AFTERWORD_ELASTICSEARCH_INDEX": server.prefix,
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("engine", "seed"), CASES, indirect=["engine"])
def test_the_index_equals_the_posts_after_killed_workers(
    install: Callable[..., Installation],
    redis_server: Callable[[], RedisServer],
    engine: dict[str, str],
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    home = install(redis_server().url, **engine)
    facts = history(chance, posts=80, facts=FACTS)
    home.start("relay")
    container = build(load_settings(environ=home.place.environ))
    try:
        _siege(home, container, facts, chance)
        _settle(container)
        require_equal(container, expected(facts))
    finally:
        container.close()


def _siege(
    home: Installation, container: Container, facts: Sequence[Fact], chance: random.Random
) -> None:
    """Events come in parts; after each a worker is killed at some moment, and another started."""
    part = len(facts) // KILLS + 1
    for number in range(KILLS):
        worker = home.start("worker")
        _log(container, facts[number * part : (number + 1) * part])
        if number in (1, KILLS // 2):
            with container.database.write() as db:
                now, ids = container.clock(), container.ids
                announce(db, ids.next(), events.INDEX_REBUILD, IndexRebuild("a test"), at=now)
        wait(chance.uniform(0.05, 1.0))
        worker.kill()
    home.start("worker")


def _log(container: Container, facts: Sequence[Fact]) -> None:
    with container.database.write() as db:
        accept(db, [_event(container, fact) for fact in facts], now=container.clock())


def _event(container: Container, fact: Fact) -> NewEvent:
    data: dict[str, object] = {"id": fact.id, "revision": fact.revision}
    if not fact.removed:
        data |= {
            "url": f"https://blog.example/posts/{fact.id}/",
            "title": f"Post {fact.id} r{fact.revision}",
            "body": "Some words.",
            "format": "markdown",
            "published_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
    type_ = events.POST_REMOVED if fact.removed else events.POST_PUBLISHED
    raw = msgspec.json.encode(data)
    event_id = container.ids.next()
    return NewEvent(
        id=event_id,
        source="blog",
        external_id=f"{event_id}",
        type=type_,
        subject=events.subject_of("blog", type_, events.check(type_, raw)),
        occurred_at=None,
        data=raw.decode(),
        digest=b"-" * 32,
    )


def _settle(container: Container) -> None:
    """Wait until nothing is left to do but the beat's own."""

    def at_rest() -> bool:
        with container.database.read() as db:
            backlogs = overview.backlogs(db, now=container.clock())
            building = generations.in_state(
                db, container.index.engine.kind, GenerationState.BUILDING
            )
            waiting = posts.counts(db).waiting
        return not building and not waiting and not sum(each.waiting for each in backlogs)

    until(at_rest, within=120, what="everything done", every=0.5)
