"""An engine that gives no answer holds one thread of a worker, and is left alone for a while."""

import threading
from collections.abc import Iterator

import pytest

from pipeline.errors import Transient
from pipeline.index import indexer
from pipeline.ingest.work import Ending
from pipeline.store import posts
from tests.support.engine_faults import FaultyEngine
from tests.support.world import World


@pytest.fixture
def engine(world_on_fts5: World) -> FaultyEngine:
    faulty = FaultyEngine(world_on_fts5.container.index.engine)
    world_on_fts5.use_engine(faulty)
    return faulty


@pytest.fixture
def world(world_on_fts5: World, engine: FaultyEngine) -> World:
    """A world with a live index, and three posts that are not in it yet."""
    world_on_fts5.publish("before", title="Bread")
    world_on_fts5.work()
    for number in range(3):
        world_on_fts5.publish(f"p{number}", title="Marmalade")
    world_on_fts5.work_on("posts")
    engine.asked.clear()
    return world_on_fts5


@pytest.fixture
def held_up(world: World, engine: FaultyEngine) -> Iterator[threading.Event]:
    """A duty in another thread, which waits for the engine until the event is set."""
    over, begun = threading.Event(), threading.Event()

    def wait(_generation: str) -> None:
        begun.set()
        over.wait(60)

    engine.before_write = wait
    duty = threading.Thread(target=world.container.index.indexer.follow, args=["blog/p0"])
    duty.start()
    assert begun.wait(60)
    yield over
    over.set()
    duty.join()


def test_no_other_duty_waits_for_an_engine_that_one_waits_for(
    world: World, engine: FaultyEngine, held_up: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "PATIENCE_S", 0.01)
    for key in ("blog/p1", "blog/p2", None):
        with pytest.raises(Transient, match="another duty"):
            world.container.index.indexer.follow(key)
    assert engine.asked == []

    held_up.set()


def test_an_engine_that_failed_is_asked_by_one_duty_and_again_after_a_rest(
    world: World, engine: FaultyEngine
) -> None:
    asked = []

    def fail(generation: str) -> None:
        asked.append(generation)
        raise Transient("no answer in time")

    engine.before_write = fail
    assert [each.ending for each in world.work()] == [Ending.PARKED] * 3
    assert len(asked) == 1

    engine.before_write = lambda _generation: None
    world.clock.advance(minutes=1)
    assert {each.ending for each in world.work()} == {Ending.DONE}
    assert sorted(world.find("marmalade")) == ["p0", "p1", "p2"]


def test_an_engine_that_was_gone_for_days_has_every_post_afterwards(
    world: World, engine: FaultyEngine
) -> None:
    """Also where the duties have used up their attempts meanwhile."""

    def fail(_generation: str) -> None:
        raise Transient("nobody at the address")

    engine.before_write = fail
    results = []
    for _ in range(72):
        results += world.work()
        world.clock.advance(hours=1)
    assert [each.ending for each in results[-3:]] == [Ending.DEAD] * 3
    engine.before_write = lambda _generation: None
    world.clock.advance(hours=2)
    reconciled = world.container.index.reconciler.run()

    assert reconciled is not None
    assert reconciled.drift == ()
    assert sorted(world.find("marmalade")) == ["p0", "p1", "p2"]
    with world.database.read() as db:
        assert posts.counts(db).waiting == 0
