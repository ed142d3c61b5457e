"""Looking at comments."""

from tests.unit.cli.blog import Blog, ids, refuses


def test_comments_are_listed_newest_first_with_whole_ids(blog: Blog) -> None:
    first, second = blog.comment("c1", "On reading."), blog.comment("c2", "On writing.")
    lines = blog.type("comments", "list").stdout.splitlines()
    assert lines[1].startswith(f"{second}  published")
    assert lines[2].startswith(f"{first}  published")
    assert lines[2].endswith("On reading.")


def test_a_listing_is_narrowed_by_state_page_and_site(blog: Blog) -> None:
    here = blog.comment("c1", "On reading.")
    there = blog.comment("c2", "On writing, which is something else.", page="/posts/b/")
    blog.type("comments", "reject", here)
    assert ids(blog.json("comments", "list", "--state", "rejected")) == [here]
    assert ids(blog.json("comments", "list", "--page", "/posts/b/")) == [there]
    assert ids(blog.json("comments", "list", "--limit", "1")) == [there]
    assert blog.json("comments", "list", "--site", "other") == []


def test_a_listing_of_nothing_is_empty_on_stdout(blog: Blog) -> None:
    result = blog.type("comments", "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no comment matches" in result.stderr


def test_a_text_can_not_steer_the_terminal_or_the_table(blog: Blog) -> None:
    blog.comment("c1", "[red]An \x1b[31modd\x07 one[/red]")
    listed = blog.type("comments", "list").stdout
    assert "\x1b" not in listed
    assert "\x07" not in listed
    assert "[red]" in listed


def test_a_comment_is_shown_with_its_text_and_who_decided(blog: Blog) -> None:
    comment_id = blog.comment(text="One.\n\nTwo.", name="Ada", email="ada@mail.example")
    blog.type("comments", "reject", comment_id, "--note", "seen before")
    shown = blog.type("comments", "show", comment_id).stdout
    for part in (comment_id, "ada@mail.example", "One.", "rejected (version 2)", "seen before"):
        assert part in shown


def test_machines_get_a_comment_with_its_decisions(blog: Blog) -> None:
    comment_id = blog.comment()
    blog.type("comments", "reject", comment_id, "--reason", "ad")
    found = blog.json("comments", "show", comment_id)
    assert found["id"] == comment_id
    assert found["received_at"].endswith("Z")
    (decision,) = found["decisions"]
    assert (decision["action"], decision["reason"]) == ("reject", "ad")
    assert decision["before"] == {"state": "published", "shown": 1}


def test_a_comment_that_is_not_there_is_named(blog: Blog) -> None:
    refuses(blog.type("comments", "show", "42"), 1, "there is no comment 42")


def test_an_id_that_is_none_is_wrong_usage(blog: Blog) -> None:
    refuses(blog.type("comments", "show", "c1"), 2, "'ID'")
    refuses(blog.type("comments", "show", str(1 << 63)), 2)
