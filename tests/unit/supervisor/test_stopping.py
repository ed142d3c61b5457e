"""How a set stops: in order, within the grace times, and when its supervisor is killed."""

import os
import signal
from pathlib import Path

import pytest

from tests.unit.supervisor.stage import play, wait_gone


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_is_gone_before_the_next_is_asked(tmp_path: Path, number: signal.Signals) -> None:
    with play("calm", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(number)
        assert scene.end() == 0
    last = scene.lines[-4:]
    assert last == [
        f"up     | {number.name}: stopping",
        "worker | bye",
        "web    | bye",
        "redis  | bye",
    ]


def test_one_that_does_not_stop_in_time_is_killed(tmp_path: Path) -> None:
    with play("stubborn", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
    assert "web did not stop within 0.1 s: killing it" in scene.said


def test_a_second_sigint_kills_what_is_left(tmp_path: Path) -> None:
    with play("patient", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGINT)
        scene.until("worker | bye")
        scene.send(signal.SIGTERM)
        scene.send(signal.SIGINT)
        assert scene.end() == 1
    assert "SIGINT again: killing what is left" in scene.said


def test_a_stop_while_others_still_start_stops_those_too(tmp_path: Path) -> None:
    with play("hopeful", tmp_path) as scene:
        scene.until("starting it again")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
    assert "could not be started" not in scene.said


def test_what_a_child_leaves_in_its_group_goes_with_it(tmp_path: Path) -> None:
    with play("litter", tmp_path) as scene:
        left = int(scene.until(r"left (\d+)")[1])
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
        assert wait_gone(left)


@pytest.mark.parametrize("name", ["calm", "stubborn"])
def test_no_child_outlives_a_supervisor_that_was_killed(tmp_path: Path, name: str) -> None:
    with play(name, tmp_path) as scene:
        scene.until("ALL READY")
        pids = [int(line.rpartition(" ")[2]) for line in scene.lines if "pid" in line]
        scene.send(signal.SIGKILL)
        assert len(pids) > 1
        assert all(wait_gone(pid) for pid in pids)


def test_a_program_does_not_outlive_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    with play("program", tmp_path) as scene:
        scene.until("ALL READY")
        children = Path(f"/proc/{scene.pid}/task/{scene.pid}/children").read_text()
        os.kill(scene.pid, signal.SIGKILL)
        assert wait_gone(int(children))


def test_a_bug_in_the_supervisors_own_process_leaves_no_child(tmp_path: Path) -> None:
    with play("speechless", tmp_path) as scene:
        assert scene.end() == 1
    pids = [int(line.rpartition(" ")[2]) for line in scene.lines if "pid" in line]
    assert len(pids) == 2
    assert all(wait_gone(pid) for pid in pids)


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(tmp_path: Path) -> None:
    nohup = ["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]
    with play("calm", tmp_path, prefix=nohup) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGHUP, signal.SIGTERM)
        assert scene.end() == 0
    assert "SIGHUP" not in scene.said
