"""What happens while a set runs: crashes, restarts, output of every kind."""

import os
import signal
from pathlib import Path

from tests.unit.supervisor.stage import play


def test_one_that_ends_is_started_again_while_the_others_stay(tmp_path: Path) -> None:
    with play("calm", tmp_path) as scene:
        first = int(scene.until(r"web    \| pid (\d+)")[1])
        scene.until("ALL READY")
        os.kill(first, signal.SIGKILL)
        scene.until(r"web ended with signal SIGKILL; starting it again in 0.02 s \(failure 1")
        assert int(scene.until(r"web    \| pid (\d+)")[1]) != first
        scene.until("web is ready")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
    assert scene.said.count("worker is ready") == 1
    assert scene.said.count("ALL READY") == 1


def test_one_that_served_once_is_never_given_up(tmp_path: Path) -> None:
    with play("crashing", tmp_path) as scene:
        scene.until(r"in 0\.02 s \(failure 1 in a row\)")
        scene.until(r"in 0\.04 s \(failure 2 in a row\)")
        scene.until(r"in 0\.05 s \(failure 3 in a row\)")
        scene.until(r"in 0\.05 s \(failure 7 in a row\)")
    assert "web    | RuntimeError: out of luck" in scene.lines


def test_output_is_printed_line_by_line_and_made_harmless(tmp_path: Path) -> None:
    with play("chatter", tmp_path) as scene:
        scene.until("ended with exit code 0")
    assert scene.lines[0] == "web | broken \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} utf-8"
    assert scene.lines[1] == r"web | \x1b[2Jwiped"
    assert [len(line) - len("web | ") for line in scene.lines[2:5]] == [16384, 16384, 7232]
    assert "web | half a line" in scene.lines


def test_a_child_that_floods_keeps_nobody_from_stopping_the_set(tmp_path: Path) -> None:
    with play("flood", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
    assert "worker | bye" in scene.lines
    assert max(map(len, scene.lines)) < 17_000


def test_a_child_that_closes_its_output_is_let_be(tmp_path: Path) -> None:
    with play("silent", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
    assert "ended" not in scene.said


def test_the_set_stops_when_nobody_reads_its_output_any_more(tmp_path: Path) -> None:
    with play("flood", tmp_path) as scene:
        scene.until("ALL READY")
        assert scene.stop_reading() == 1
