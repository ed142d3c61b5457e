"""Who listens on a port, read from a /proc made for the purpose."""

from pathlib import Path

import pytest

from pipeline.supervisor.listeners import find_listener

HEAD = (
    "  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode"
)
REST = "00000000:00000000 00:00000000 00000000     0        0"
WEB = f"   0: 0100007F:1F40 00000000:0000 0A {REST} 4711 1"
TALKING = f"   1: 0100007F:1F41 0100007F:1F40 01 {REST} 4712 1"
SIX = f"   0: 00000000000000000000000001000000:1F42 {'0' * 32}:0000 0A {REST} 4713 1"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """Three processes: one that may not be looked into, one that ended, and the server."""
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(f"{HEAD}\n{WEB}\n{TALKING}\n")
    (tmp_path / "net" / "tcp6").write_text(f"{HEAD}\n{SIX}\n")
    (tmp_path / "1").mkdir()
    for pid, inode in (("20", 4713), ("300", 4711)):
        (tmp_path / pid / "fd").mkdir(parents=True)
        (tmp_path / pid / "fd" / "3").symlink_to(f"socket:[{inode}]")
        (tmp_path / pid / "fd" / "0").touch()
    (tmp_path / "300" / "comm").write_text("nginx\n")
    return tmp_path


@pytest.mark.parametrize(
    ("port", "name"),
    [(8000, "process 300 (nginx)"), (8001, None), (8002, "process 20 (gone by now)"), (1, None)],
)
def test_only_a_process_that_listens_there_is_named(
    proc: Path, port: int, name: str | None
) -> None:
    assert find_listener(port, proc) == name


def test_a_socket_of_somebody_else_has_no_name(proc: Path) -> None:
    (proc / "300" / "fd" / "3").unlink()
    assert find_listener(8000, proc) is None


def test_a_system_without_proc_names_nobody(tmp_path: Path) -> None:
    assert find_listener(8000, tmp_path) is None
