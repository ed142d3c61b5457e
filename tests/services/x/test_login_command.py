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

from tests.services.processes import free_port
from tests.support.databases import migrated_sqlite
from tests.support.x_login import CLIENT, LoginServer
from tests.support.x_server import XServer, x_server

pytestmark = pytest.mark.services

SECONDS = 30


class Terminal:
    """A HOME, and the command in processes of its own."""

    def __init__(self, home: Path, server: XServer) -> None:
        migrated_sqlite(home / "afterword.db").close()
        ours = {name: value for name, value in os.environ.items() if "AFTERWORD" not in name}  # noqa: TID251 - of a child
        self.environ = {
            **ours,
            "AFTERWORD_HOME": str(home),
            "AFTERWORD_X_API_URL": server.url,
            "AFTERWORD_X_CLIENT_ID": CLIENT,
        }

    def start(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", "from pipeline.cli import main; main()", "graph", *args],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *args: str, stdin: str = "") -> str:
        process = self.start(*args)
        output, _ = process.communicate(stdin, timeout=SECONDS)
        assert process.returncode == 0, output
        return output


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


def credentials(terminal: Terminal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = msgspec.json.decode(terminal.run("credentials", "--json"))
    return found


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
    (row,) = credentials(terminal)
    assert (row["name"], row["kind"], row["handle"], row["owner_id"]) == (
        "x-ada",
        "oauth2",
        "ada",
        "7",
    )
    assert "access-" not in output + str(row)
    said = terminal.run("logout", "x-ada")
    assert "forgotten" in said
    assert login.revoked == [login.refreshable]
    assert credentials(terminal) == []


def test_the_address_can_be_pasted_by_a_guest(terminal: Terminal, server: XServer) -> None:
    process = terminal.start("login", "--paste", "--guest", "--name", "friend")
    url = url_in(process)
    with suppress(OSError):  # nobody listens there: the person copies the address
        urlopen(url, timeout=SECONDS)  # noqa: S310 - loopback
    back = server.asked[-1].query
    code = f"{back['redirect_uri']}?state={back['state']}&code=code-1"
    output, _ = process.communicate(code + "\n", timeout=SECONDS)
    assert process.returncode == 0, output
    (row,) = credentials(terminal)
    assert (row["name"], row["owner_id"], row["handle"]) == ("friend", None, None)


def test_a_person_may_say_no(terminal: Terminal, login: LoginServer) -> None:
    login.allowed = False
    process = terminal.start("login", "--port", str(free_port()))
    with urlopen(url_in(process), timeout=SECONDS):  # noqa: S310 - loopback
        pass
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "access_denied" in output
    assert credentials(terminal) == []


def test_nobody_may_come(terminal: Terminal) -> None:
    process = terminal.start("login", "--port", str(free_port()), "--wait", "1")
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "--paste" in output


def test_a_port_that_is_taken_is_said(terminal: Terminal, server: XServer) -> None:
    process = terminal.start("login", "--port", server.url.rpartition(":")[2])
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "--port" in output
