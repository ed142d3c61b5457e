"""Looking into the log."""

from tests.unit.cli.blog import Blog, ids, refuses


def test_events_are_listed_newest_first_with_their_state(blog: Blog) -> None:
    comment_id, dead_id = blog.comment(), blog.dead()
    lines = blog.type("events", "list").stdout.splitlines()
    assert lines[1].startswith(dead_id)
    assert "dead" in lines[1]
    assert lines[-1].startswith(comment_id)
    assert "done" in lines[-1]


def test_a_listing_is_narrowed_by_type_source_and_time(blog: Blog) -> None:
    comment_id = blog.comment()
    assert ids(blog.json("events", "list", "--type", "comment.posted")) == [comment_id]
    assert ids(blog.json("events", "list", "--source", "blog")) == [comment_id]
    assert len(blog.json("events", "list", "--since", "1h")) == 2
    assert blog.json("events", "list", "--until", "1h") == []
    assert len(blog.json("events", "list", "--limit", "1")) == 1


def test_a_listing_is_narrowed_by_state(blog: Blog) -> None:
    done, dead = blog.comment("c1"), blog.dead()
    pending = str(blog.world.post("c2", "Another one."))
    for state, expected in (("done", done), ("dead", dead), ("pending", pending)):
        assert ids(blog.json("events", "list", "--state", state)) == [expected]


def test_only_a_type_nobody_knows_is_unhandled(blog: Blog) -> None:
    blog.comment()  # leaves an event of Afterword's own, which has no delivery either
    unknown = str(blog.world.send("post.viewed", {"n": 1}).event_id)
    assert ids(blog.json("events", "list", "--state", "unhandled")) == [unknown]
    narrowed = ("events", "list", "--state", "unhandled", "--type", "comment.published")
    assert blog.json(*narrowed) == []
    states = {row["type"]: row["state"] for row in blog.json("events", "list")}
    assert states["comment.published"] == "recorded"


def test_an_event_is_shown_with_its_data_and_its_last_error(blog: Blog) -> None:
    shown = blog.type("events", "show", blog.dead("gone")).stdout
    for part in (
        "comment.removed",
        "comments.remove",
        "dead",
        "there is no comment 'gone'",
        '"id"',
    ):
        assert part in shown


def test_an_open_delivery_says_when_it_is_tried_next(blog: Blog) -> None:
    event_id = str(blog.world.post("c1"))
    assert "next attempt:" in blog.type("events", "show", event_id).stdout


def test_machines_get_the_data_as_it_came(blog: Blog) -> None:
    found = blog.json("events", "show", blog.comment("c1"))
    assert found["data"]["id"] == "c1"
    assert found["received_at"].endswith("Z")
    (delivery,) = found["deliveries"]
    assert (delivery["handler"], delivery["state"]) == ("comments.moderate", "done")


def test_an_event_that_is_not_there_is_named(blog: Blog) -> None:
    refuses(blog.type("events", "show", "42"), 1, "there is no event 42")


def test_wrong_filters_are_wrong_usage(blog: Blog) -> None:
    refuses(blog.type("events", "list", "--since", "yesterday"), 2, "how long ago")
    refuses(blog.type("events", "list", "--state", "lost"), 2, "unhandled")
    refuses(blog.type("events", "list", "--limit", "0"), 2, "--limit")
