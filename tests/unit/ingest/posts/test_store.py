"""Storing posts: newest revision wins, same content changes nothing, time and removals are respected."""

from datetime import timedelta

from pipeline.domain import events
from pipeline.store import log, posts
from pipeline.store.log import Filter
from pipeline.store.posts import PostRow
from tests.support.world import World


def row(world: World, id_: str = "a") -> PostRow:
    with world.database.read() as db:
        found = posts.get(db, f"blog/{id_}")
    assert found is not None
    return found


def changes(world: World) -> list[str]:
    """Afterword's own words about posts, oldest first."""
    types = (events.POST_STORED, events.POST_DROPPED, events.POST_DUE)
    with world.database.read() as db:
        return [event.type for event in log.walk(db, Filter(types=types))]


def test_a_published_post_is_found(world: World) -> None:
    world.publish("a", title="Borrow checker")
    world.work()

    assert world.find("borrow") == ["a"]
    assert not row(world).is_dirty


def test_the_same_content_changes_nothing(world: World) -> None:
    world.publish("a", body="Same.")
    world.work()
    before = row(world)
    world.publish("a", body="Same.", updated_at="2026-06-01T00:00:00Z", published_at=_at(before))
    world.work()

    after = row(world)
    assert after.version == before.version
    assert changes(world) == [events.POST_STORED]


def _at(before: PostRow) -> str:
    assert before.published_at is not None
    return before.published_at.isoformat()


def test_an_older_revision_that_comes_late_changes_nothing(world: World) -> None:
    world.publish("a", title="Newest", revision=5)
    world.publish("a", title="Oldest", revision=4)
    world.work()

    assert world.find("newest") == ["a"]
    assert world.find("oldest") == []


def test_a_removed_post_is_not_found_and_stays_removed(world: World) -> None:
    world.publish("a", title="Borrow", revision=4)
    world.remove("a", revision=5)
    world.publish("a", title="Borrow", revision=5)
    world.publish("a", title="Borrow", revision=3)
    world.work()

    assert world.find("borrow") == []
    assert row(world).deleted_at is not None


def test_a_removal_that_comes_before_its_post_counts(world: World) -> None:
    world.remove("a", revision=9)
    world.publish("a", title="Borrow", revision=8)
    world.work()

    assert world.find("borrow") == []


def test_a_removed_post_may_be_published_again(world: World) -> None:
    world.publish("a", title="Borrow", revision=1)
    world.remove("a", revision=2)
    world.publish("a", title="Borrow", revision=3)
    world.work()

    assert world.find("borrow") == ["a"]


def test_a_future_post_appears_when_its_time_comes_and_goes_when_it_ends(world: World) -> None:
    appears = world.clock() + timedelta(hours=2)
    ends = world.clock() + timedelta(hours=5)
    world.publish(
        "a", title="Borrow", published_at=appears.isoformat(), expires_at=ends.isoformat()
    )
    world.work()
    assert world.find("borrow") == []

    world.clock.advance(hours=2)
    world.work()
    assert world.find("borrow") == ["a"]

    world.clock.advance(hours=3)
    world.work()
    assert world.find("borrow") == []


def test_a_future_post_that_was_brought_forward_appears_once(world: World) -> None:
    later = world.clock() + timedelta(hours=2)
    world.publish("a", title="Borrow", published_at=later.isoformat())
    world.work()
    world.publish("a", title="Borrow")
    world.work()
    assert world.find("borrow") == ["a"]
    version = row(world).version

    world.clock.advance(hours=3)
    world.work()
    assert row(world).version == version


def test_comments_below_a_post_are_searched_with_it(world: World) -> None:
    world.publish("a", url="https://blog.example/posts/a/")
    world.work()
    comment = world.post("c1", text="I use a **marmalade** algorithm for that, by the way.")
    world.work()
    assert world.find("marmalade") == ["a"]

    world.send(events.COMMENT_REMOVED, {"id": "c1"})
    world.work()
    assert world.find("marmalade") == [], comment


def test_many_comments_that_come_together_are_one_write(world: World) -> None:
    world.publish("a", url="https://blog.example/posts/a/")
    world.work()
    for number in range(5):
        world.post(f"c{number}", text=f"A sound remark about matter number {number}, I think.")
    comments = [due for due in world.due() if due.handler == "comments.moderate"]
    for due in comments:
        world.bench.work(due)

    assert [due.handler for due in world.due()] == ["index.put"]
