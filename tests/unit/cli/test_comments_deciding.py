"""Deciding about comments, and the block list."""

import getpass

import pytest

from pipeline.cli.session import actor
from pipeline.domain.decisions import BlockKind
from pipeline.errors import Rejected
from pipeline.ingest.comments.blocklist import entry_value
from tests.unit.cli.blog import Blog, refuses


def test_a_comment_is_rejected_and_that_is_undone(blog: Blog) -> None:
    comment_id = blog.comment()
    rejected = blog.json("comments", "reject", comment_id)
    assert (rejected["state"], rejected["version"]) == ("rejected", 2)
    assert blog.json("comments", "undo", comment_id)["state"] == "published"


def test_a_held_comment_is_approved(blog: Blog) -> None:
    blog.type("comments", "block", "author", "Mallory")
    comment_id = blog.comment(name="Mallory")
    assert blog.json("comments", "show", comment_id)["state"] != "published"
    result = blog.type("comments", "approve", comment_id)
    assert f"Comment {comment_id} is published now" in result.stdout


def test_the_audit_names_the_systems_user(blog: Blog) -> None:
    comment_id = blog.comment()
    blog.type("comments", "reject", comment_id, LOGNAME="somebody", USER="somebody")
    (decision,) = blog.json("comments", "show", comment_id)["decisions"]
    assert decision["actor"] == f"cli:{getpass.getuser()}"


def test_a_user_without_a_name_is_known_by_number() -> None:
    assert actor(2**31 - 5) == "cli:2147483643"


def test_a_version_that_is_not_the_newest_is_refused(blog: Blog) -> None:
    comment_id = blog.comment()
    blog.type("comments", "reject", comment_id)
    result = blog.type("comments", "approve", comment_id, "--version", "1")
    refuses(result, 1, "version 2 now, not 1")


def test_there_is_nothing_to_undo_before_a_decision(blog: Blog) -> None:
    refuses(blog.type("comments", "undo", blog.comment()), 1, "no decision")


def test_a_removed_comment_can_not_be_approved(blog: Blog) -> None:
    comment_id = blog.comment("c1")
    blog.world.send("comment.removed", {"id": "c1"})
    blog.world.work()
    refuses(blog.type("comments", "approve", comment_id), 1, "removed by its author")


def test_a_comment_nobody_knows_can_not_be_decided(blog: Blog) -> None:
    refuses(blog.type("comments", "approve", "42"), 1, "there is no comment 42")


def test_a_reason_that_is_no_code_is_wrong_usage(blog: Blog) -> None:
    refuses(blog.type("comments", "reject", blog.comment(), "--reason", "ugly"), 2, "offensive")


def test_the_block_list_grows_and_shrinks(blog: Blog) -> None:
    said = blog.type("comments", "block", "domain", "Spam.example", "--reason", "a flood")
    assert said.stdout == "domain spam.example is blocked on blog.\n"
    (entry,) = blog.json("comments", "blocks")
    assert (entry["kind"], entry["value"], entry["reason"]) == ("domain", "spam.example", "a flood")
    assert "spam.example" in blog.type("comments", "blocks").stdout
    assert blog.json("comments", "unblock", "domain", "spam.example")["site"] == "blog"
    assert blog.json("comments", "blocks") == []


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        (BlockKind.DOMAIN, "https://spam.example/", "no domain"),
        (BlockKind.DOMAIN, "localhost", "no domain"),
        (BlockKind.IP, "203.0.113.999", "no IP address"),
        (BlockKind.EMAIL, "mallory", "no e-mail address"),
        (BlockKind.AUTHOR, " ", "1 to 254 characters"),
        (BlockKind.AUTHOR, "x" * 255, "1 to 254 characters"),
    ],
)
def test_an_entry_that_could_match_nothing_is_refused(
    kind: BlockKind, value: str, problem: str
) -> None:
    with pytest.raises(Rejected, match=problem):
        entry_value(kind, value)


def test_an_entry_is_kept_as_comments_are_compared_with_it() -> None:
    assert entry_value(BlockKind.IP, " 2001:DB8::0:1 ") == "2001:db8::1"
    assert entry_value(BlockKind.EMAIL, "Mallory@Mail.example") == "mallory@mail.example"


def test_wrong_entries_end_in_one_line(blog: Blog) -> None:
    refuses(blog.type("comments", "block", "ip", "203.0.113.999"), 1, "no IP address")
    refuses(blog.type("comments", "block", "planet", "Mars"), 2, "author")
    refuses(blog.type("comments", "unblock", "ip", "::1"), 1, "not on the block list")


def test_a_site_must_be_named_where_there_is_not_just_one(blog: Blog) -> None:
    refuses(blog.type("comments", "block", "ip", "::1", "--site", "x"), 2, "there is no site 'x'")
    blog.settings('[sites.a]\nurl = "https://a.example"\n[sites.b]\nurl = "https://b.example"\n')
    refuses(blog.type("comments", "block", "ip", "::1"), 2, "which site? (a, b)")
    assert blog.type("comments", "block", "ip", "::1", "--site", "b").exit_code == 0
