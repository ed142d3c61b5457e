"""Documents of an older builder: made anew from the log, and nothing that came since is undone."""

from typing import Any

import pytest
from sqlalchemy import update

from pipeline.domain.posts.plain import BUILDER
from pipeline.index.reconcile import Reconciled
from pipeline.ingest.posts.renewal import Renewal
from pipeline.store import log, posts
from pipeline.store.log import Filter
from pipeline.store.post_tables import post
from pipeline.store.posts import PostRow
from tests.support.world import World


@pytest.fixture
def renewal(world: World) -> Renewal:
    return Renewal(world.database, world.container.posts, clock=world.clock)


def row(world: World, id_: str = "a") -> PostRow:
    with world.database.read() as db:
        found = posts.get(db, f"blog/{id_}")
    assert found is not None
    return found


def age(world: World, id_: str = "a", **values: Any) -> None:
    """Have an older builder be the one that made the post's document."""
    with world.database.write() as db:
        db.execute(update(post).where(post.c.key == f"blog/{id_}").values(builder="old", **values))


def misread(world: World, id_: str = "a") -> None:
    """The same, and it read the text otherwise."""
    document = row(world, id_).document
    assert document is not None
    age(world, id_, document=document.replace("ferris", "crab"), digest=b"other")


def reconciled(world: World) -> Reconciled:
    found = world.container.index.reconciler.run()
    assert found is not None
    return found


def test_a_reconcile_brings_what_this_version_reads_into_the_index(world: World) -> None:
    world.publish("a", body="ferris")
    world.publish("b", body="other")
    world.work()
    misread(world)
    assert reconciled(world).renewed == 1
    assert world.find("ferris") == ["a"]
    assert (row(world).builder, row(world).is_dirty) == (BUILDER, False)
    assert reconciled(world).renewed == 0


def test_many_are_made_anew_without_an_event_each(world: World, renewal: Renewal) -> None:
    for n in range(60):
        world.publish(f"p{n}", body="ferris")
    world.work()
    for n in range(60):
        misread(world, f"p{n}")
    before, signs = events(world), []
    assert renewal.run(lambda: signs.append(1)) == 60
    assert len(signs) == 2
    assert events(world) == before


def test_what_reads_the_same_is_not_written_again(world: World, renewal: Renewal) -> None:
    world.publish("a", body="ferris")
    world.work()
    before = row(world)
    age(world)
    assert renewal.run() == 0
    assert row(world) == before


def test_what_came_since_stays(world: World) -> None:
    """Between the reading of the old event and the writing, another one comes."""
    world.publish("a", body="ferris")
    world.publish("b", body="ferris")
    world.work()
    old = [row(world, id_).event_id for id_ in "ab"]
    world.publish("a", body="newer")
    world.remove("b")
    world.work()
    for event_id in old:
        with world.database.write() as db:
            event = log.get(db, event_id)
            assert event is not None
            built = world.container.posts.build(event)
            assert not world.container.posts.renew(db, event, built, now=world.clock())
    world.work()
    assert world.find("newer") == ["a"]
    assert world.find("ferris") == []


def test_a_post_whose_event_is_gone_stays_as_it_is(world: World, renewal: Renewal) -> None:
    world.publish("a", body="ferris")
    world.work()
    age(world, event_id=7)
    assert renewal.run() == 0
    assert world.find("ferris") == ["a"]


def events(world: World) -> int:
    with world.database.read() as db:
        return log.count(db, Filter())
