"""Rebuilding the comment tables."""

from sqlalchemy import delete

from pipeline.store.comment_tables import comment, thread
from tests.unit.cli.blog import Blog, refuses


def test_a_replay_ends_with_the_same_comments(blog: Blog) -> None:
    blog.comment("c1")
    blog.type("comments", "reject", blog.comment("c2", "Quite another text."))
    before = blog.json("comments", "list")
    with blog.world.database.write() as db:
        db.execute(delete(comment))
        db.execute(delete(thread))
    found = blog.json("events", "replay", "--yes")
    assert found == {"folded": 3, "skipped": 0, "comments": {"published": 1, "rejected": 1}}
    assert blog.json("comments", "list") == before


def test_what_can_not_be_folded_any_more_is_counted(blog: Blog) -> None:
    event_id = blog.comment()
    blog.type("comments", "reject", event_id)
    blog.settings('[sites.blog]\nurl = "https://blog.example"\n')
    result = blog.type("events", "replay", "--yes")
    assert result.exit_code == 0
    assert "0 events folded; comments: none." in result.stdout
    assert "2 events were skipped" in result.stderr


def test_nobody_is_surprised_by_a_replay(blog: Blog) -> None:
    refuses(blog.type("events", "replay"), 2, "--yes")
