"""Where the embedded Redis listens."""

import os
import re
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StartError
from pipeline.supervisor.redis_socket import (
    LONGEST_PATH,
    ping,
    prepare_socket,
    socket_path,
    socket_url,
)

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def path() -> Iterator[Path]:
    """A socket's path that is short enough (pytest's own folders are not always)."""
    with tempfile.TemporaryDirectory(prefix="aw-") as folder:
        yield Path(folder) / "run" / "redis.sock"


@pytest.fixture
def server(path: Path) -> Iterator[socket.socket]:
    """Somebody who listens there."""
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        yield listening


def test_the_socket_is_in_home_and_its_url_has_three_slashes() -> None:
    assert socket_path(Path("/srv/state")) == Path("/srv/state/run/redis.sock")
    assert socket_url(Path("/srv/state")) == (
        "redis+socket:///srv/state/run/redis.sock?virtual_host=0"
    )


@pytest.mark.parametrize("home", ["/srv/" + "long" * 30, "/srv/my state", "/srv/état", "/srv/50%"])
def test_a_home_no_url_or_socket_can_hold_gets_a_folder_of_its_own(home: str) -> None:
    path = socket_path(Path(home))
    assert path.parent.parent == Path(tempfile.gettempdir())
    assert re.fullmatch(rf"afterword-{os.getuid()}-[0-9a-f]{{12}}", path.parent.name)
    assert len(os.fsencode(path)) <= LONGEST_PATH
    assert path == socket_path(Path(home))
    assert path != socket_path(Path(home + "2"))


def test_the_folder_is_made_for_its_owner_alone(path: Path) -> None:
    prepare_socket(path)
    path.parent.chmod(0o777)
    prepare_socket(path)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_is_a_link_is_refused(path: Path) -> None:
    path.parent.symlink_to(path.parent.parent)
    with pytest.raises(StartError, match="not this user's own folder"):
        prepare_socket(path)


def test_a_folder_that_cannot_be_made_is_named(path: Path) -> None:
    with pytest.raises(StartError, match=r"can't be made for the socket of Redis"):
        prepare_socket(path.parent / "deeper" / "redis.sock")


@pytest.mark.usefixtures("server")
def test_a_server_that_still_listens_is_named_by_its_pid(path: Path) -> None:
    with pytest.raises(StartError, match=rf"Process {os.getpid()} still serves {path}"):
        prepare_socket(path)


def test_a_socket_that_nobody_listens_on_is_no_hindrance(path: Path, server: socket.socket) -> None:
    server.close()
    prepare_socket(path)
    assert not ping(path)


def test_a_server_that_says_something_else_is_not_ready(path: Path, server: socket.socket) -> None:
    server.settimeout(0)
    assert not ping(path)
    connection, _ = server.accept()
    with connection:
        assert connection.recv(64) == b"PING\r\n"
