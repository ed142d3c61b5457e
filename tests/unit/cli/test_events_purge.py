"""Deleting old events."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from pipeline.domain.events import INTERNAL
from pipeline.domain.routes import Route
from pipeline.ingest.retention import KEPT, PASSING
from pipeline.store import deliveries, ledger
from pipeline.store.tables import State, delivery
from tests.unit.cli.blog import Blog, ids, refuses


@pytest.fixture
def old(blog: Blog) -> Blog:
    """Two events of 40 days ago: a comment, and one of a type nobody knows."""
    blog.world.clock.now -= timedelta(days=40)
    blog.comment("c1")
    blog.world.send("post.viewed", {"n": 1})
    blog.world.clock.now += timedelta(days=40)
    return blog


def test_old_events_go_and_what_comments_are_made_of_stays(old: Blog) -> None:
    assert old.json("events", "purge", "--before", "30d", "--yes") == {"deleted": 1, "left_open": 0}
    kept = {row["type"] for row in old.json("events", "list")}
    assert kept == {"comment.posted", "comment.published"}


def test_what_is_younger_stays(old: Blog) -> None:
    young = str(old.world.send("post.viewed", {"n": 2}).event_id)
    old.type("events", "purge", "--before", "30d", "--type", "post.viewed", "--yes")
    assert ids(old.json("events", "list", "--type", "post.viewed")) == [young]


def test_a_type_that_comments_are_rebuilt_from_is_refused(old: Blog) -> None:
    assert {*(INTERNAL - PASSING), "comment.posted", "post.published"} < KEPT
    for type_ in ("comment.posted", "moderation.decided"):
        result = old.type("events", "purge", "--before", "30d", "--type", type_, "--yes")
        refuses(result, 1, type_, "kept")


def test_an_event_with_an_open_delivery_is_left_and_counted(old: Blog) -> None:
    unknown = int(old.json("events", "list", "--type", "post.viewed")[0]["id"])
    with old.world.database.write() as db:
        route = Route("views.count", "control")
        deliveries.add(db, [(unknown, None, [route])], now=old.world.clock())
    result = old.type("events", "purge", "--before", "30d", "--yes")
    assert "0 events deleted" in result.stdout
    assert "1 were left: they have open deliveries" in result.stderr


def test_settled_deliveries_go_with_their_event(old: Blog) -> None:
    unknown = int(old.json("events", "list", "--type", "post.viewed")[0]["id"])
    with old.world.database.write() as db:
        route = Route("views.count", "control")
        deliveries.add(db, [(unknown, None, [route])], now=old.world.clock())
        db.execute(update(delivery).values(state=State.DEAD))
    assert old.json("events", "purge", "--before", "30d", "--yes")["deleted"] == 1
    with old.world.database.read() as db:
        assert ledger.of_event(db, unknown) == []


def test_nothing_goes_without_a_yes(old: Blog) -> None:
    refuses(old.type("events", "purge", "--before", "30d"), 2, "--yes")
    assert len(old.json("events", "list")) == 3


def test_where_nothing_would_go_nobody_is_asked(blog: Blog) -> None:
    assert blog.type("events", "purge", "--before", "30d").stdout == "0 events deleted.\n"


def test_how_old_must_be_said(blog: Blog) -> None:
    refuses(blog.type("events", "purge"), 2, "--before")
    refuses(blog.type("events", "purge", "--before", "long ago"), 2, "how long ago")
