"""A rebuild: what is cut off goes on, what differs does not go live, what is poison stops nothing."""

import pytest

from pipeline.domain import events
from pipeline.errors import Rejected, Transient
from pipeline.index import rebuild
from pipeline.index.lifecycle import Lifecycle
from pipeline.ingest.work import Ending, Result
from pipeline.store import generations, ledger, posts
from pipeline.store.generations import GenerationRow
from pipeline.store.post_tables import GenerationState
from tests.support.chaos import Killed
from tests.support.engine_faults import FaultyEngine, nothing
from tests.support.world import World

POSTS = 100
"""So many that the few writes in flight are a small part."""


@pytest.fixture
def engine(search_world: World) -> FaultyEngine:
    """The world's engine, with room for faults."""
    faulty = FaultyEngine(search_world.container.index.engine)
    search_world.use_engine(faulty)
    return faulty


@pytest.fixture
def world(search_world: World, engine: FaultyEngine) -> World:
    """A world of published posts, an hour later."""
    for number in range(POSTS):
        search_world.publish(f"p{number:02}", title="Marmalade")
    search_world.work()
    search_world.clock.advance(hours=1)
    engine.asked.clear()
    return search_world


def rows(world: World, state: GenerationState) -> list[GenerationRow]:
    with world.database.read() as db:
        listed = generations.listing(db, world.container.index.engine.kind)
    return [row for row in listed if row.state == state]


def live(world: World) -> str:
    """The live generation, which the engine and the rows agree upon."""
    (row,) = rows(world, GenerationState.LIVE)
    (told,) = (each.name for each in world.container.index.engine.generations() if each.live)
    assert row.name == told
    return told


def dead(results: list[Result]) -> list[str]:
    return [each.reason for each in results if each.ending is Ending.DEAD]


def rebuilt(world: World) -> list[Result]:
    world.ask_for_rebuild()
    return world.work()


@pytest.fixture
def half_built(world: World, engine: FaultyEngine, monkeypatch: pytest.MonkeyPatch) -> str:
    """A generation whose builder was killed when it had passed one half."""
    monkeypatch.setattr(rebuild, "PAGE", 1)
    passed: list[int] = []

    def die(posts: int) -> None:
        passed.append(posts)
        if sum(passed) >= POSTS // 2:
            raise Killed

    with pytest.raises(Killed):
        world.container.index.rebuild.run(die)
    assert POSTS // 2 <= len(engine.asked) <= POSTS * 0.55
    engine.asked.clear()
    world.clock.advance(hours=1)
    (row,) = rows(world, GenerationState.BUILDING)
    return row.name


def test_a_build_that_was_cut_off_half_way_writes_the_other_half(
    world: World, engine: FaultyEngine, half_built: str
) -> None:
    assert live(world) != half_built
    done = world.container.index.rebuild.run()

    assert len(engine.asked) <= POSTS * 0.55
    assert done.resumed == POSTS // 2
    assert done.documents == POSTS
    assert live(world) == done.name == half_built


def test_a_build_that_was_killed_before_its_swap_is_not_done_again(
    world: World, engine: FaultyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_name: str) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(engine, "promote", killed, raising=False)
        with pytest.raises(Killed):
            world.container.index.rebuild.run()
    (built,) = rows(world, GenerationState.BUILDING)
    engine.asked.clear()
    world.clock.advance(hours=1)
    assert world.container.index.rebuild.run().name == built.name == live(world)
    assert engine.asked == []


def test_a_rollback_that_failed_can_be_tried_again(world: World, engine: FaultyEngine) -> None:
    before = live(world)
    assert world.container.index.rebuild.run().name != before
    world.publish("late", title="Marmalade")
    world.work()

    def busy(_generation: str) -> None:
        raise Transient("the engine has no time")

    engine.before_write = busy
    with pytest.raises(Transient, match="no time"):
        world.container.index.rebuild.rollback()
    (kept,) = rows(world, GenerationState.KEPT)
    assert kept.name == before

    engine.before_write = lambda _generation: None
    assert world.container.index.rebuild.rollback().documents == POSTS + 1
    assert live(world) == before


def test_a_rollback_that_was_killed_stands_in_nobodys_way(
    world: World, engine: FaultyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = live(world)
    after = world.container.index.rebuild.run().name
    world.publish("late", title="Marmalade")
    world.work()

    def killed(_generation: str) -> None:
        raise Killed

    engine.before_write = killed
    with monkeypatch.context() as patched:
        patched.setattr(Lifecycle, "put_back", lambda _self, _row: None)
        with pytest.raises(Killed):
            world.container.index.rebuild.rollback()
    engine.before_write = lambda _generation: None
    with pytest.raises(Transient, match="being built"):
        world.container.index.rebuild.rollback()

    world.clock.advance(hours=1)
    assert world.container.index.rebuild.run().name not in {before, after}
    assert world.container.index.rebuild.rollback().name == after


def test_what_is_lost_on_the_way_stops_the_swap_and_is_named(
    world: World, engine: FaultyEngine
) -> None:
    before = live(world)
    engine.loses = lambda generation, key: generation != before and key == "blog/p22"
    (reason,) = dead(rebuilt(world))

    (failed,) = rows(world, GenerationState.FAILED)
    assert reason == f"generation {failed.name} was not made live: {failed.problem}"
    assert failed.problem == "1 posts differ: blog/p22 (missing)"
    assert live(world) == before
    assert "p22" in world.find('"p22"')

    engine.loses = nothing
    world.clock.advance(hours=1)
    done = world.container.index.rebuild.run()
    assert done.resumed == 0
    assert live(world) == done.name not in {before, failed.name}
    assert {each.name for each in engine.generations()} == {before, done.name}


def test_more_differences_than_can_be_named_are_counted(world: World, engine: FaultyEngine) -> None:
    before = live(world)
    engine.loses = lambda generation, _key: generation != before
    with pytest.raises(Rejected, match=rf"^generation \S+ was not made live: {POSTS} posts differ"):
        world.container.index.rebuild.run()

    (failed,) = rows(world, GenerationState.FAILED)
    assert failed.problem is not None
    assert failed.problem.endswith("blog/p19 (missing) and 80 more")


def test_a_poisoned_post_is_dead_alone_and_comes_back_when_it_is_mended(
    world: World, engine: FaultyEngine
) -> None:
    engine.refuses = lambda _generation, key: key == "blog/bad"
    for name in ("good", "bad", "fine"):
        world.publish(name, title="Bread")
    (reason,) = dead(world.work())

    assert reason == "the index refuses post blog/bad: a field of it can't be read"
    assert set(world.find("bread")) == {"good", "fine"}
    engine.refuses = nothing
    with world.database.write() as db:
        (event_id,) = ledger.dead_events(db, limit=10)
        assert ledger.redrive(db, [event_id], now=world.clock()) == 1
    assert dead(world.work()) == []
    assert set(world.find("bread")) == {"good", "bad", "fine"}


def test_a_rebuild_with_a_poisoned_post_goes_live_and_says_so(
    world: World, engine: FaultyEngine
) -> None:
    before = live(world)
    engine.refuses = lambda generation, key: generation != before and key == "blog/p22"
    results = rebuilt(world)

    assert live(world) != before
    assert dead(results) == ["the index refuses post blog/p22: a field of it can't be read"]
    assert len(world.find("marmalade", size=POSTS)) == POSTS - 1
    assert world.find('"p22"') == []
    with world.database.read() as db:
        assert posts.counts(db).refused == 1

    engine.refuses = nothing
    world.publish("p22", title="Marmalade, mended")
    world.work()
    assert world.find("mended") == ["p22"]


def test_an_edit_that_is_refused_stops_no_rebuild(
    world: World, engine: FaultyEngine, half_built: str
) -> None:
    """The live generation has what the post was before, and so has the one half built."""
    engine.refuses = lambda _generation, key: key == "blog/p02"
    world.publish("p02", title="Poison")
    assert len(dead(world.work())) == 1

    assert dead(rebuilt(world)) == []
    assert live(world) == half_built
    reconciled = world.container.index.reconciler.run()
    assert reconciled is not None
    assert (reconciled.drift, reconciled.left) == ((), ())


def test_a_post_that_is_removed_while_it_is_refused_is_not_found(
    world: World, engine: FaultyEngine
) -> None:
    engine.refuses = lambda _generation, key: key == "blog/p22"
    world.publish("p22", title="Poison")
    world.work()
    engine.refuses = nothing
    world.send(events.POST_REMOVED, {"id": "p22"})
    world.work()

    assert world.find('"p22"') == []
