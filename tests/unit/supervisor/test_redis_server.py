"""The embedded Redis, run for real."""

import os
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import StartError
from pipeline.supervisor.redis_binary import find_redis
from pipeline.supervisor.redis_server import redis_program, set_aside
from pipeline.supervisor.redis_socket import ping, socket_path
from tests.services.missing import missing
from tests.unit.supervisor.stage import Play, play, wait_gone

pytestmark = [pytest.mark.services, pytest.mark.enable_socket]


@pytest.fixture
def home() -> Iterator[Path]:
    """A short state folder, and a Redis to run on it."""
    try:
        find_redis()
    except StartError as error:
        missing("Redis", str(error))
    with tempfile.TemporaryDirectory(prefix="aw-") as folder:
        yield Path(folder)


@contextmanager
def run_redis(home: Path) -> Iterator[Play]:
    """Run it as the only one of a set, and stop it in order."""
    with play("bundled redis", home) as scene:
        scene.until("ALL READY")
        yield scene
        scene.send(signal.SIGTERM)
        assert scene.end() == 0


def ask(home: Path, *words: str) -> str:
    """Send Redis one command and return its raw answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(socket_path(home)))
        connection.sendall(" ".join(words).encode() + b"\r\n")
        return connection.recv(4096).decode()


def test_it_serves_its_owner_on_a_socket_and_keeps_what_it_is_given(home: Path) -> None:
    for answer in ("$-1", "$2\r\n42"):
        with run_redis(home):
            assert ask(home, "GET", "answer").startswith(answer)
            assert ask(home, "SET", "answer", "42") == "+OK\r\n"
    assert not socket_path(home).exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("port", "0"),
        ("appendonly", "yes"),
        ("appendfsync", "everysec"),
        ("save", ""),
        ("maxmemory", str(256 * 1024 * 1024)),
        ("maxmemory-policy", "noeviction"),
    ],
)
def test_it_runs_with_the_options_it_must_have(running: Path, option: str, value: str) -> None:
    assert ask(running, "CONFIG", "GET", option).endswith(f"${len(value)}\r\n{value}\r\n")


@pytest.fixture(scope="module")
def running() -> Iterator[Path]:
    """The home of a Redis that runs."""
    with tempfile.TemporaryDirectory(prefix="aw-") as folder, run_redis(Path(folder)):
        yield Path(folder)


def test_nobody_else_may_open_its_socket(running: Path) -> None:
    path = socket_path(running)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_second_start_on_its_socket_is_refused(running: Path) -> None:
    with pytest.raises(StartError, match=r"Process \d+ still serves"):
        redis_program(find_redis(), running)


def test_it_does_not_outlive_a_supervisor_that_was_killed(home: Path) -> None:
    with play("bundled redis", home) as scene:
        scene.until("ALL READY")
        redis = int(Path(f"/proc/{scene.pid}/task/{scene.pid}/children").read_text())
        scene.send(signal.SIGKILL)
        assert wait_gone(redis)
    assert not ping(socket_path(home))


@pytest.mark.parametrize("damage", ["tail", "base", "manifest", "missing"])
def test_a_file_it_cannot_read_is_moved_aside_and_it_starts_empty(home: Path, damage: str) -> None:
    with run_redis(home):
        ask(home, "SET", "answer", "42")
    spoil(home / "redis" / "appendonlydir", damage)
    with run_redis(home) as scene:
        assert "REDIS COULD NOT READ ITS FILES" in scene.said
        assert "starting it again in 0 s" in scene.said
        assert ask(home, "GET", "answer") == "$-1\r\n"
    assert (home / "redis" / "unreadable" / "appendonlydir").is_dir()


def spoil(folder: Path, damage: str) -> None:
    """Damage the append-only files of Redis 7 and above."""
    (base,), (tail,) = folder.glob("*.base.*"), folder.glob("*.incr.*")
    if damage == "tail":
        tail.write_bytes(tail.read_bytes() + b"\0" * 5000)
    elif damage == "base":
        base.write_bytes(base.read_bytes()[:40])
    elif damage == "manifest":
        (folder / "appendonly.aof.manifest").write_text("scribble\n")
    else:
        base.unlink()


def test_a_file_cut_short_is_mended_by_redis_itself(home: Path) -> None:
    with run_redis(home):
        ask(home, "SET", "answer", "42")
        ask(home, "SET", "question", "unknown")
    (tail,) = (home / "redis" / "appendonlydir").glob("*.incr.*")
    os.truncate(tail, tail.stat().st_size - 5)
    with run_redis(home):
        assert ask(home, "GET", "answer") == "$2\r\n42\r\n"
        assert ask(home, "GET", "question") == "$-1\r\n"


def test_other_failures_leave_the_files_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "appendonly.aof").touch()
    overcommit = "1:C # WARNING Memory overcommit must be enabled! a background save may fail"
    assert set_aside(tmp_path, [overcommit, "1:M # Failed opening Unix socket"]) is None
    assert set_aside(tmp_path, []) is None


def test_only_the_last_unreadable_file_is_kept(tmp_path: Path) -> None:
    told = ["1:M 1 Jan 2026 # Bad file format reading the append only file: make a backup"]
    for text in ("first", "second"):
        (tmp_path / "appendonly.aof").write_text(text)
        assert "starts empty" in (set_aside(tmp_path, told) or "")
    assert (tmp_path / "unreadable" / "appendonly.aof").read_text() == "second"
    assert set_aside(tmp_path, told) is None


def test_files_that_cannot_be_moved_are_told(tmp_path: Path) -> None:
    told = ["1:M 1 Jan 2026 # Invalid AOF manifest file format"]
    (tmp_path / "appendonlydir").mkdir()
    (tmp_path / "unreadable").touch()
    assert "can't be moved away (File exists)" in (set_aside(tmp_path, told) or "")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "redis").touch()
    with pytest.raises(StartError, match=rf"{tmp_path / 'redis'} can't be made"):
        redis_program(find_redis(), tmp_path)
