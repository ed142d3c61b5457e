"""What was told before writes nothing to the index: repeats of senders, of brokers, of content."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.settings import Site
from pipeline.settings.contents import HugoContent
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.engine_faults import FaultyEngine
from tests.support.surveys import write
from tests.support.world import World

WHEN = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def engine(search_world: World) -> FaultyEngine:
    """The world's engine, counting, once a post was written."""
    counting = FaultyEngine(search_world.container.index.engine)
    search_world.use_engine(counting)
    search_world.publish("a", title="Marmalade", published_at=WHEN)
    search_world.work()
    assert len(counting.asked) > 0
    counting.asked.clear()
    return counting


def same_event(world: World) -> None:
    fields = {"id": "b", "url": "https://blog.example/b/", "title": "B", "body": "B."}
    fields |= {"format": "markdown", "published_at": WHEN}
    engine = world.container.index.engine
    first = world.send("post.published", fields, key="msg_b")
    world.work()
    assert isinstance(engine, FaultyEngine)
    engine.asked.clear()
    assert world.send("post.published", fields, key="msg_b").event_id == first.event_id


def same_content(world: World) -> None:
    world.publish("a", title="Marmalade", published_at=WHEN)


def same_content_of_a_newer_revision(world: World) -> None:
    world.publish("a", title="Marmalade", published_at=WHEN, revision=7, updated_at=WHEN)


def every_message_twice(world: World) -> None:
    world.publish("a", title="Marmalade", published_at=WHEN)
    for due in world.due():
        world.bench.work(due)
        world.bench.work(due)


REPEATS = [same_event, same_content, same_content_of_a_newer_revision, every_message_twice]


@pytest.mark.parametrize("repeat", REPEATS)
def test_a_repeat_writes_nothing(
    search_world: World, engine: FaultyEngine, repeat: Callable[[World], None]
) -> None:
    repeat(search_world)
    search_world.work()

    assert engine.asked == []
    assert search_world.find("marmalade") == ["a"]


def test_a_message_that_comes_twice_writes_once(search_world: World, engine: FaultyEngine) -> None:
    search_world.publish("a", title="Marmalade and bread", published_at=WHEN)
    while handed := search_world.due():
        for due in handed * 2:
            search_world.bench.work(due)

    assert len(engine.asked) == 1


def test_a_sync_of_unchanged_content_writes_nothing(clock: FakeClock, tmp_path: Path) -> None:
    """Also one that reads every file again. This is before any engine."""
    files = {
        f"p{n}.md": f'+++\ntitle = "Post {n}"\ndate = 2026-01-01\n+++\nText.' for n in range(9)
    }
    content = HugoContent(str(tmp_path / "content"))
    site = Site(url="https://blog.example", content=content)
    write(tmp_path / "content" / "posts", files)
    world = World(migrated_sqlite(tmp_path / "a.db"), clock, tmp_path, sites={"blog": site})
    engine = FaultyEngine(world.container.index.engine)
    world.use_engine(engine)
    assert world.container.syncer.run("blog").added == 9
    world.work()
    assert len(engine.asked) >= 9
    engine.asked.clear()

    for afresh in (False, True):
        assert world.container.syncer.run("blog", afresh=afresh).unchanged == 9
        world.work()
    assert engine.asked == []
    world.container.close()
