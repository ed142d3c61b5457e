"""The rules tried on a text."""

from pathlib import Path

from tests.unit.cli.blog import Blog, refuses

SPAM = "Buy CHEAP viagra at https://casino.example now!!! https://bit.ly/x"


def test_a_harmless_text_would_be_published(blog: Blog) -> None:
    result = blog.type("moderation", "test", "-", stdin="A fine post, thank you.")
    assert result.exit_code == 0
    assert "published at" in result.stdout


def test_a_text_is_judged_from_a_file_with_every_signal(blog: Blog) -> None:
    path = blog.home / "comment.md"
    path.write_text(SPAM)
    found = blog.json("moderation", "test", str(path))
    assert found["decision"] in {"hold", "reject"}
    assert {"name", "outcome", "points", "evidence"} <= found["rows"][0].keys()
    assert found["score"] >= found["publish_below"]


def test_nothing_is_stored(blog: Blog) -> None:
    blog.type("moderation", "test", "-", stdin=SPAM)
    assert blog.json("comments", "list") == []
    assert blog.json("events", "list") == []


def test_the_authors_website_counts(blog: Blog) -> None:
    blog.type("comments", "block", "domain", "spam.example")
    args = ("moderation", "test", "-", "--website", "https://spam.example/x")
    rows = {row["name"]: row for row in blog.json(*args, stdin="Nice.")["rows"]}
    assert rows["blocked"]["outcome"] == "hit"


def test_a_text_that_leaves_nothing_to_show_is_refused(blog: Blog) -> None:
    refuses(blog.type("moderation", "test", "-", stdin="\u200b"), 1)


def test_an_empty_text_is_refused_with_the_reason(blog: Blog) -> None:
    refuses(blog.type("moderation", "test", "-", stdin=""), 1, "text")


def test_a_file_that_is_missing_is_wrong_usage(blog: Blog) -> None:
    refuses(blog.type("moderation", "test", "no-such-file.md"), 2, "no-such-file.md")


def test_a_file_that_is_no_text_is_wrong_usage(blog: Blog, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\xff\xfe")
    refuses(blog.type("moderation", "test", str(path)), 2, "UTF-8")


def test_a_source_may_be_named(blog: Blog) -> None:
    args = ("moderation", "test", "-", "--source", "blog")
    assert blog.json(*args, stdin="Nice to read.")["decision"] == "publish"


def test_a_source_nobody_set_is_named_with_those_there_are(blog: Blog) -> None:
    result = blog.type("moderation", "test", "-", "--source", "other", stdin="Nice.")
    refuses(result, 1, "blog, form")


def test_without_any_source_there_is_advice(blog: Blog) -> None:
    blog.settings("")
    result = blog.type("moderation", "test", "-", stdin="Nice.")
    refuses(result, 1, "afterword init")
