"""`afterword graph login`, from the command to the credential, with a browser in between."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import msgspec
import pytest
from typer.testing import Result

from tests.services.processes import free_port
from tests.support.databases import migrated_sqlite
from tests.support.x_login import CLIENT, LoginServer
from tests.support.x_server import Reply, XServer, x_server
from tests.unit.cli.blog import command

pytestmark = pytest.mark.services

SECONDS = 30
PROGRAM = "from pipeline.cli import main; main()"


class Terminal:
    """A HOME, and the command in it: in this process, or in one that a browser can call back."""

    def __init__(self, home: Path, server: XServer) -> None:
        migrated_sqlite(home / "afterword.db").close()
        self.home = home
        self.environ = {"AFTERWORD_X_API_URL": server.url, "AFTERWORD_X_CLIENT_ID": CLIENT}

    def type(self, *args: str, **env: str) -> Result:
        return command(self.home, "graph", *args, **self.environ, **env)

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = msgspec.json.decode(self.type("credentials", "--json").stdout)
        return found

    def start(self, *args: str, **env: str) -> subprocess.Popen[str]:
        ours = {name: value for name, value in os.environ.items() if "AFTERWORD" not in name}  # noqa: TID251 - of a child
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", PROGRAM, "graph", *args],
            env={**ours, "AFTERWORD_HOME": str(self.home), **self.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def url_in(process: subprocess.Popen[str]) -> str:
    """The address that the command asks to open."""
    assert process.stdout is not None
    return next(line.strip() for line in process.stdout if line.startswith("http"))


@pytest.fixture
def login() -> LoginServer:
    return LoginServer()


@pytest.fixture
def server(login: LoginServer) -> Iterator[XServer]:
    with x_server(login) as running:
        yield running


@pytest.fixture
def terminal(tmp_path: Path, server: XServer) -> Terminal:
    return Terminal(tmp_path, server)


def pasted(terminal: Terminal, server: XServer, *args: str, **env: str) -> str:
    """Log in with the browser on another machine; what the command said."""
    process = terminal.start("login", "--paste", *args, **env)
    with suppress(OSError):  # nobody listens there: the person copies the address
        urlopen(url_in(process), timeout=SECONDS)  # noqa: S310 - loopback
    back = server.asked[-1].query
    address = f"{back['redirect_uri']}?state={back['state']}&code=code-1"
    output, _ = process.communicate(address + "\n", timeout=SECONDS)
    assert process.returncode == 0, output
    return output


def test_a_person_allows_it_in_a_browser(terminal: Terminal, login: LoginServer) -> None:
    port = free_port()
    process = terminal.start("login", "--port", str(port))
    url = url_in(process)
    for path in ("/", "/callback?state=other&code=c", "/callback"):  # not from X
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS)
    with urlopen(url, timeout=SECONDS) as page:  # noqa: S310 - loopback; follows the redirect
        assert b"close this page" in page.read()
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    assert "@ada" in output
    (row,) = terminal.credentials()
    assert (row["name"], row["kind"], row["owner_id"]) == ("x-ada", "oauth2", "7")
    assert "access-" not in output + str(row)
    assert "forgotten" in terminal.type("logout", "x-ada").output
    assert login.revoked == [login.refreshable]
    assert terminal.credentials() == []


def test_a_guest_pastes_the_address_and_logs_out_while_x_is_down(
    terminal: Terminal, server: XServer
) -> None:
    pasted(terminal, server, "--guest", "--name", "friend")
    (row,) = terminal.credentials()
    assert (row["name"], row["owner_id"], row["handle"]) == ("friend", None, None)
    server.replies.append(Reply(503, b"<html>"))
    assert "could not be told" in terminal.type("logout", "friend").output
    assert terminal.credentials() == []


def test_in_a_dry_run_x_is_not_asked_who_it_was(terminal: Terminal, server: XServer) -> None:
    config = terminal.home / "afterword.toml"
    config.write_text("[graph]\ndry_run = true\n")
    config.chmod(0o600)
    assert "dry run" in pasted(terminal, server)
    assert [row["name"] for row in terminal.credentials()] == ["x-login"]
    assert "/2/users/me" not in [each.path for each in server.asked]


def test_a_person_may_say_no(terminal: Terminal, login: LoginServer) -> None:
    login.allowed = False
    process = terminal.start("login", "--port", str(free_port()))
    with urlopen(url_in(process), timeout=SECONDS):  # noqa: S310 - loopback
        pass
    output, _ = process.communicate(timeout=SECONDS)
    assert (process.returncode, "access_denied" in output) == (1, True)
    assert terminal.credentials() == []


def test_nobody_may_come(terminal: Terminal) -> None:
    result = terminal.type("login", "--port", str(free_port()), "--wait", "1")
    assert (result.exit_code, "--paste" in result.output) == (1, True)


def test_a_port_that_is_taken_is_said(terminal: Terminal, server: XServer) -> None:
    result = terminal.type("login", "--port", server.url.rpartition(":")[2])
    assert (result.exit_code, "--port" in result.output) == (1, True)
