"""Sending events from files."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.blog import Blog, refuses
from tests.unit.cli.web import web

pytestmark = pytest.mark.usefixtures("socket_enabled")  # loopback only: the server is a thread here

DATA: dict[str, Any] = {
    "id": "c1",
    "page": "/posts/a/",
    "page_url": "https://blog.example/posts/a/",
    "author": {"name": "Ada"},
    "text": "A fine post.",
}


def file(blog: Blog, content: object, name: str = "event.json") -> str:
    path: Path = blog.home / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_an_event_is_sent_signed_and_taken(blog: Blog) -> None:
    path = file(blog, {"type": "comment.posted", "data": DATA})
    with web(blog.world) as server:
        result = blog.type("events", "send", path, "--source", "blog", "--url", server.url)
    assert result.exit_code == 0, result.stderr
    (row,) = blog.json("events", "list")
    assert result.stdout == f"accepted: event {row['id']}\n"


def test_a_file_that_is_sent_twice_is_one_event(blog: Blog) -> None:
    path = file(blog, DATA)
    args = ("events", "send", path, "--source", "blog", "--type", "comment.posted")
    with web(blog.world) as server:
        said = [blog.json(*args, "--url", server.url)[0]["status"] for _ in range(2)]
    assert said == ["accepted", "duplicate"]
    assert len(blog.json("events", "list")) == 1


def test_what_is_to_be_sent_again_is_a_new_event(blog: Blog) -> None:
    path = file(blog, {"type": "post.viewed", "data": {}})
    args = ("events", "send", path, "--source", "blog", "--again")
    with web(blog.world) as server:
        said = [blog.json(*args, "--url", server.url)[0]["status"] for _ in range(2)]
    assert said == ["accepted", "accepted"]


def test_many_are_sent_on_one_connection_and_counted(blog: Blog) -> None:
    lines = "\n".join(json.dumps(DATA | {"id": f"c{n}"}) for n in range(5))
    path = file(blog, lines + "\n\n", "many.jsonl")
    args = ("events", "send", path, "--source", "blog", "--type", "comment.posted")
    with web(blog.world) as server:
        result = blog.type(*args, "--url", server.url)
    assert result.stdout == "5 accepted\n"
    assert result.stderr == ""


def test_what_is_refused_is_named_with_its_line_and_the_rest_goes_on(blog: Blog) -> None:
    path = file(blog, f'{{"no": "id"}}\n{json.dumps(DATA)}\n', "two.jsonl")
    args = ("events", "send", path, "--source", "blog", "--type", "comment.posted")
    with web(blog.world) as server:
        result = blog.type(*args, "--url", server.url)
    assert result.exit_code == 1
    assert "two.jsonl:1: HTTP 422: comment.posted: Object missing required field" in result.stderr
    assert result.stdout == "1 refused, 1 accepted\n"


def test_a_server_that_asks_to_come_again_is_asked_again(blog: Blog) -> None:
    path = file(blog, DATA)
    args = ("events", "send", path, "--source", "blog", "--type", "comment.posted")
    busy = [(429, {"retry-after": "0"}), (503, {"retry-after": "0"})]
    with web(blog.world, busy) as server:
        assert blog.json(*args, "--url", server.url)[0]["status"] == "accepted"
        assert len({headers["webhook-id"] for _, headers, _ in server.requests}) == 1


def test_a_server_that_is_not_there_is_named(blog: Blog) -> None:
    path = file(blog, DATA)
    args = ("events", "send", path, "--source", "blog", "--type", "comment.posted")
    with web(blog.world) as server:
        url = server.url
    refuses(blog.type(*args, "--url", url), 1, url, "afterword up")


def test_an_address_that_is_none_is_wrong_usage(blog: Blog) -> None:
    args = ("events", "send", file(blog, DATA), "--source", "blog", "--type", "x", "--url")
    for url in ("localhost", "ftp://localhost", "http://localhost:many"):
        refuses(blog.type(*args, url), 2, "--url", "http://127.0.0.1:8000")


def test_a_file_that_holds_no_event_is_named(blog: Blog) -> None:
    send = ("events", "send", "--source", "blog")
    refuses(blog.type(*send, file(blog, DATA)), 1, "event.json", "or name --type")
    refuses(blog.type(*send, file(blog, "{")), 1, "event.json", "not JSON")
    refuses(blog.type(*send, file(blog, "[" * 100_000), "--type", "x"), 1, "not JSON")


def test_a_file_that_is_missing_is_wrong_usage(blog: Blog) -> None:
    refuses(blog.type("events", "send", "none.json", "--source", "blog"), 2, "none.json")


def test_only_a_source_that_can_sign_may_send(blog: Blog) -> None:
    send = ("events", "send", file(blog, DATA), "--type", "comment.posted", "--source")
    refuses(blog.type(*send, "other"), 1, "there is no source 'other'", "blog, form")
    refuses(blog.type(*send, "form"), 1, "scheme form")
    blog.settings('[sources.blog]\nscheme = "standard-webhooks"\n')
    refuses(blog.type(*send, "blog"), 1, "no whsec_ secret")


def test_a_secret_that_has_run_out_does_not_sign(blog: Blog) -> None:
    old = '[{ secret = "whsec_AAAA", not_after = 2020-01-01T00:00:00Z }]'
    blog.settings(f'[sources.blog]\nscheme = "standard-webhooks"\nsecrets = {old}\n')
    args = ("events", "send", file(blog, DATA), "--type", "comment.posted", "--source", "blog")
    refuses(blog.type(*args), 1, "still valid")
