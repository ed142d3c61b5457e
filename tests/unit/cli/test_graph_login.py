"""Logging in and out at the terminal, as far as that needs no network."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import Result

from pipeline.store.graph import credentials
from tests.unit.cli.blog import Blog

TOKEN = "AAAAAAAAAAsecret%2Btoken"


def listed(blog: Blog, **env: str) -> list[dict[str, Any]]:
    result = blog.type("graph", "credentials", "--json", **env)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = msgspec.json.decode(result.stdout)
    return found


def log_in(blog: Blog, *args: str, stdin: str = TOKEN) -> Result:
    result = blog.type("graph", "login", "--bearer", "-", *args, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result


def test_a_token_is_read_from_stdin_and_never_shown(blog: Blog) -> None:
    shown = log_in(blog, "--name", "x-app", "--app", "mine", stdin=TOKEN + "\n").output
    (row,) = listed(blog)
    assert (row["name"], row["kind"], row["app"], row["state"]) == (
        "x-app",
        "bearer",
        "mine",
        "ready",
    )
    shown += blog.type("graph", "credentials").output + str(row)
    assert "secret" not in shown
    assert TOKEN.encode() not in (blog.home / "afterword.db").read_bytes()


def test_a_token_is_read_from_a_file(blog: Blog, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(TOKEN)
    assert blog.type("graph", "login", "--bearer", str(path)).exit_code == 0
    assert [row["name"] for row in listed(blog)] == ["x"]


@pytest.mark.parametrize(
    "stdin", ["", "short", "two words", "two\nlines of it", "sécret-token", "x" * 5000]
)
def test_what_is_no_token_is_refused_and_not_shown(blog: Blog, stdin: str) -> None:
    result = blog.type("graph", "login", "--bearer", "-", stdin=stdin)
    assert result.exit_code == 1
    assert "no token" in result.output
    assert not stdin or stdin not in result.output
    assert listed(blog) == []


@pytest.mark.parametrize(
    "args",
    [
        ("--bearer", "/nowhere/token"),
        ("--network", "friendster"),
        ("--network", "mastodon:"),
        ("--network", "mastodon:a b"),
        ("--network", "mastodon:127.0.0.1"),
        ("--name", "a b"),
        ("--app", ""),
        ("--port", "0"),
    ],
)
def test_wrong_usage_is_said_to_be_so(blog: Blog, args: tuple[str, str]) -> None:
    assert blog.type("graph", "login", *args).exit_code == 2


def test_networks_that_need_no_login_are_kept_too(blog: Blog) -> None:
    for network in ("bluesky", "mastodon:social.example"):
        assert blog.type("graph", "login", "--network", network).exit_code == 0
    rows = listed(blog)
    assert [(row["name"], row["kind"]) for row in rows] == [
        ("bluesky", "public"),
        ("mastodon:social.example", "public"),
    ]


def test_a_login_needs_an_app(blog: Blog) -> None:
    result = blog.type("graph", "login")
    assert result.exit_code == 2
    assert "AFTERWORD_X_CLIENT_ID" in result.output


def test_the_settings_token_is_listed_and_can_be_neither_replaced_nor_forgotten(blog: Blog) -> None:
    env = {"AFTERWORD_X_BEARER_TOKEN": TOKEN}
    assert [(row["name"], row["kind"]) for row in listed(blog, **env)] == [("x", "setting")]
    again = blog.type("graph", "login", "--bearer", "-", stdin=TOKEN, **env)
    assert (again.exit_code, "--name" in again.output) == (1, True)
    gone = blog.type("graph", "logout", "x", **env)
    assert (gone.exit_code, "AFTERWORD_X_BEARER_TOKEN" in gone.output) == (2, True)
    assert blog.type("graph", "logout", "x").exit_code == 0  # no longer of the settings


def test_a_broken_credential_says_why_until_somebody_logs_in_again(blog: Blog) -> None:
    log_in(blog)
    with blog.world.database.write() as db:
        row = credentials.get(db, "x")
        assert row is not None
        credentials.set_broken(db, "x", row.version, "X refuses it")
    assert listed(blog)[0]["state"] == "broken: X refuses it"
    assert "X refuses it" in blog.type("graph", "credentials").output
    log_in(blog)
    assert listed(blog)[0]["state"] == "ready"


def test_a_credential_is_forgotten_once(blog: Blog) -> None:
    log_in(blog)
    assert blog.type("graph", "logout", "x").exit_code == 0
    assert listed(blog) == []
    result = blog.type("graph", "logout", "x")
    assert (result.exit_code, "no credential" in result.output) == (1, True)


def test_forgetting_one_that_lists_are_read_with_asks_first(blog: Blog) -> None:
    log_in(blog)
    with blog.world.database.write() as db:
        db.exec_driver_sql(
            "INSERT INTO graph_list (owner, direction, credential) VALUES (1, 'followers', 'x')"
        )
    assert blog.type("graph", "logout", "x").exit_code == 2  # nobody can be asked
    assert blog.type("graph", "logout", "x", "--yes").exit_code == 0


def test_no_credential_is_no_failure(blog: Blog) -> None:
    result = blog.type("graph", "credentials")
    assert (result.exit_code, "graph login" in result.output) == (0, True)
