"""Trying again what was given up."""

from datetime import timedelta

from sqlalchemy import delete

from pipeline.domain.schemes import Scheme
from pipeline.settings import Source
from pipeline.store.tables import delivery
from tests.support.world import SOURCES, World
from tests.unit.cli.blog import Blog, ids, refuses


def states(blog: Blog) -> list[str]:
    return [row["state"] for row in blog.json("events", "list") if row["source"] != "afterword"]


def test_a_dead_delivery_is_due_again_and_then_done(blog: Blog) -> None:
    event_id = blog.comment(source="guests")  # a source that the settings don't have
    assert states(blog) == ["dead"]
    result = blog.type("events", "redrive", event_id)
    assert result.stdout == "1 due again.\n"
    assert states(blog) == ["pending"]
    guests = Source(scheme=Scheme.BEARER, site="blog")
    mended = World(
        blog.world.database, blog.world.clock, blog.home, sources=SOURCES | {"guests": guests}
    )
    blog.world.clock.advance(seconds=5)
    mended.work()
    assert states(blog) == ["done"]


def test_all_of_a_type_or_all_at_all_are_redriven(blog: Blog) -> None:
    blog.dead("a")
    blog.dead("b")
    assert blog.json("events", "redrive", "--type", "comment.edited") == {"redriven": 0}
    assert blog.json("events", "redrive", "--type", "comment.removed") == {"redriven": 2}
    assert blog.json("events", "redrive", "--all") == {"redriven": 0}


def test_an_event_without_a_dead_delivery_is_named_and_nothing_changes(blog: Blog) -> None:
    dead, done = blog.dead(), blog.comment()
    result = blog.type("events", "redrive", dead, done)
    refuses(result, 1, f"event {done} has no dead delivery: comments.moderate is done")
    assert states(blog) == ["done", "dead"]


def test_an_event_without_any_delivery_is_named(blog: Blog) -> None:
    unknown = str(blog.world.send("post.viewed", {}).event_id)
    refuses(blog.type("events", "redrive", unknown), 1, "it has none")
    refuses(blog.type("events", "redrive", "42"), 1, "there is no event 42")


def test_events_that_came_before_their_handler_get_it(blog: Blog) -> None:
    event_id = blog.world.post("c1")
    with blog.world.database.write() as db:
        db.execute(delete(delivery))
    assert blog.json("events", "redrive", "--unhandled") == {"redriven": 1}
    assert ids(blog.json("events", "list", "--state", "pending")) == [str(event_id)]


def test_events_beyond_the_retention_are_left_alone(blog: Blog) -> None:
    blog.world.clock.now -= timedelta(days=40)
    blog.world.post("c1")
    with blog.world.database.write() as db:
        db.execute(delete(delivery))
    result = blog.type("events", "redrive", "--unhandled")
    assert result.stdout == "0 due again.\n"


def test_what_to_redrive_must_be_said_in_one_way(blog: Blog) -> None:
    refuses(blog.type("events", "redrive"), 2, "give ids, or one of")
    refuses(blog.type("events", "redrive", "1", "--all"), 2, "give ids, or one of")
