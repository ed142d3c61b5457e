"""Why a comment stands where it stands."""

import pytest

from tests.unit.cli.blog import Blog, refuses

SPAM = "Buy CHEAP viagra at https://casino.example now!!! https://bit.ly/x"


def test_the_points_add_up_to_the_sum_beside_the_thresholds(blog: Blog) -> None:
    found = blog.json("comments", "explain", blog.comment(text=SPAM))
    assert sum(row["points"] for row in found["rows"]) == pytest.approx(found["total"])
    assert (found["publish_below"], found["reject_from"]) == (0.4, 0.9)
    assert found["decision"] in {"hold", "reject"}


def test_what_was_found_stands_with_its_evidence_and_what_was_not_is_named(blog: Blog) -> None:
    shown = blog.type("comments", "explain", blog.comment(text=SPAM)).stdout
    assert "bit.ly" in shown
    assert "sum of the points:" in shown
    assert "found nothing: " in shown
    assert "had nothing to look at: " in shown


def test_every_signal_is_named_for_people_as_for_machines(blog: Blog) -> None:
    comment_id = blog.comment(text=SPAM)
    shown = blog.type("comments", "explain", comment_id).stdout
    rows = blog.json("comments", "explain", comment_id)["rows"]
    assert all(row["name"] in shown for row in rows)


def test_a_decision_that_came_later_is_told(blog: Blog) -> None:
    comment_id = blog.comment()
    blog.type("comments", "reject", comment_id, "--reason", "irrelevant")
    assert "reject (irrelevant)" in blog.type("comments", "explain", comment_id).stdout


def test_an_older_revision_is_explained_when_asked_for(blog: Blog) -> None:
    comment_id = blog.comment("c1")
    blog.world.send("comment.edited", {"id": "c1", "text": SPAM})
    blog.world.work()
    args = ("comments", "explain", comment_id)
    assert blog.json(*args)["revision"] == 2
    assert blog.json(*args, "--revision", "1")["decision"] == "publish"
    refuses(blog.type(*args, "--revision", "9"), 1, "no verdict on revision 9")


def test_a_comment_that_was_not_judged_has_no_explanation(blog: Blog) -> None:
    refuses(blog.type("comments", "explain", "42"), 1, "no verdict on comment 42")
