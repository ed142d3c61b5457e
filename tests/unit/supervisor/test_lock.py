"""One set per state folder."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import StartError
from pipeline.supervisor.home import prepare_home
from pipeline.supervisor.lock import hold_lock


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A prepared state folder."""
    prepare_home(tmp_path)
    return tmp_path


def ignore(_line: str) -> None:
    """Nobody listens."""


def test_a_second_set_on_the_same_state_is_told_who_is_there(home: Path) -> None:
    with hold_lock(home, pid=4711, tell=ignore):
        with pytest.raises(StartError, match=rf"{home}, as process 4711\. .*kill 4711") as caught:
            hold_lock(home, pid=1, tell=ignore).__enter__()
        assert "AFTERWORD_HOME" in str(caught.value)


def test_a_clean_stop_leaves_nothing_to_take_over(home: Path) -> None:
    lines: list[str] = []
    for pid in (1, 2):
        with hold_lock(home, pid=pid, tell=lines.append):
            assert (home / "run" / "up.lock").read_text() == f"{pid}\n"
    assert lines == []


def test_a_stale_pid_is_taken_over_with_one_line(home: Path) -> None:
    code = (
        "import os, sys, pathlib; from pipeline.supervisor.lock import hold_lock\n"
        "hold_lock(pathlib.Path(sys.argv[1]), pid=123456, tell=print).__enter__(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, home], check=False, cwd=Path(__file__).parents[3])  # noqa: S603 - this very test
    lines: list[str] = []
    with hold_lock(home, pid=7, tell=lines.append):
        assert (home / "run" / "up.lock").read_text() == "7\n"
    assert len(lines) == 1
    assert "process 123456 did not stop cleanly" in lines[0]


def test_an_error_inside_frees_the_lock_and_leaves_the_pid(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold_lock(home, pid=5, tell=ignore):
        raise ZeroDivisionError
    lines: list[str] = []
    with hold_lock(home, pid=6, tell=lines.append):
        assert "process 5" in lines[0]


def test_the_lock_is_not_inherited_by_programs(home: Path) -> None:
    with hold_lock(home, pid=5, tell=ignore) as descriptor:
        assert not os.get_inheritable(descriptor)


def test_a_lock_file_that_cannot_be_opened_is_named(home: Path) -> None:
    (home / "run" / "up.lock").mkdir()
    with pytest.raises(StartError, match=r"up\.lock can't be opened"):
        hold_lock(home, pid=5, tell=ignore).__enter__()


def test_a_file_system_without_locks_is_named(home: Path) -> None:
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    with pytest.raises(StartError, match=r"can't be locked .*No locks.*AFTERWORD_HOME on a local"):
        hold_lock(home, pid=5, tell=ignore, flock=refuse).__enter__()


def test_a_start_that_was_refused_leaves_nothing_to_take_over(home: Path) -> None:
    told: list[str] = []
    with pytest.raises(StartError), hold_lock(home, pid=41, tell=told.append):
        raise StartError("the port is taken")
    with hold_lock(home, pid=42, tell=told.append):
        pass
    assert told == []
