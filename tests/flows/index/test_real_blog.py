"""A real blog's commits, one after the other: after each sync the index equals the posts."""

from pathlib import Path

from pipeline.index.comparison import compare
from pipeline.index.documents import Composer
from pipeline.settings import Site
from pipeline.settings.contents import HugoContent
from pipeline.store import generations
from pipeline.store.post_tables import GenerationState
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.replay import blog, replay
from tests.support.world import World

WINDOW = "deletes-2020"
EVERY = 5
"""Commits between two comparisons of the whole index."""


def test_after_each_sync_the_index_equals_the_posts(clock: FakeClock, tmp_path: Path) -> None:
    history = blog("blog-rust") / "history" / WINDOW
    root = tmp_path / "site"
    root.mkdir()
    site = Site(url="https://blog.example", content=HugoContent(path=str(root)))
    database = migrated_sqlite(tmp_path / "afterword.db")
    world = World(database, clock, tmp_path, sites={"blog": site})
    for number, commit in enumerate(replay(history, root), 1):
        clock.advance(hours=1)
        synced = world.container.syncer.run("blog")
        world.work()
        assert synced.changed <= len(commit["changes"])
        if number % EVERY == 0:
            check(world)
    check(world)
    world.container.close()


def check(world: World) -> None:
    engine = world.container.index.engine
    with world.database.read() as db:
        live = generations.in_state(db, engine.kind, GenerationState.LIVE)
    assert live is not None
    found = compare(world.database, engine, Composer(lambda _site: True), live.name)
    assert found.differences == []
    assert found.found.count > 200
    assert found.found.checksum == found.expected.checksum
