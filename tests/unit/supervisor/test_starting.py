"""How a set starts, and what happens to those that can't."""

import signal
from io import StringIO
from pathlib import Path

import pytest

from pipeline.supervisor.supervise import Supervisor
from tests.unit.supervisor import scenes
from tests.unit.supervisor.stage import play


def test_a_stage_starts_when_all_before_it_are_ready(tmp_path: Path) -> None:
    with play("calm", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0
    ready = [line for line in scene.lines if "is ready" in line or "ALL" in line]
    assert ready[0] == "up     | redis is ready"
    assert sorted(ready[1:3]) == ["up     | web is ready", "up     | worker is ready"]
    assert ready[3:] == ["ALL READY"]
    assert scene.lines[0].startswith("redis  | pid ")


def test_an_empty_stage_holds_nothing_up(tmp_path: Path) -> None:
    with play("empty stage", tmp_path) as scene:
        scene.until("ALL READY")


def test_a_child_has_its_own_session_no_input_and_no_descriptor_of_others(tmp_path: Path) -> None:
    with play("born", tmp_path) as scene:
        scene.until("ALL READY")
    assert "web   | input b'', session True" in scene.lines
    # Standard streams, the ready pipe, the lifeline.
    assert "web   | files 5, blocked []" in scene.lines
    assert "web   | defaults [True, True]" in scene.lines


def test_a_unit_that_never_became_ready_ends_the_set_with_its_own_words(tmp_path: Path) -> None:
    with play("refusing", tmp_path) as scene:
        assert scene.end() == 1
    assert scene.lines.count("web    | StartError: the database is not there") == 3
    assert "web ended with exit code 1 before it was ready; starting it again in" in scene.said
    assert scene.lines[-2:] == [
        "up     | web ended with exit code 1 before it was ready; giving up (failure 3 in a row)",
        "up     | web could not be started; see its lines above: stopping",
    ]
    assert "worker |" not in scene.said


def test_what_sys_exit_says_is_printed(tmp_path: Path) -> None:
    with play("leaving", tmp_path) as scene:
        assert scene.end() == 1
    assert "web | left early" in scene.lines


def test_a_start_that_takes_too_long_is_stopped_and_counts_as_failed(tmp_path: Path) -> None:
    with play("dawdling", tmp_path) as scene:
        assert scene.end() == 1
    assert "was not ready within 0.1 s: stopping it" in scene.said
    assert scene.said.count("ended with signal SIGTERM before it was ready") == 3


def test_an_optional_unit_that_keeps_failing_neither_delays_nor_ends_the_set(
    tmp_path: Path,
) -> None:
    with play("optional", tmp_path) as scene:
        scene.until("ALL READY")
        scene.until(r"flower ended .* \(failure 5 in a row\)")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0


def test_a_program_is_ready_when_its_probe_says_so(tmp_path: Path) -> None:
    with play("program", tmp_path) as scene:
        scene.until("ALL READY")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0


def test_a_program_that_can_be_mended_is_mended_and_started_at_once(tmp_path: Path) -> None:
    with play("mended", tmp_path) as scene:
        scene.until("mended after 'bad'")
        scene.until("starting it again in 0 s")
        scene.until("ALL READY")
        scene.send(signal.SIGTERM)
        assert scene.end() == 0


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with play("no program", tmp_path) as scene:
        assert scene.end() == 1
    assert "redis | cannot run /no/such in /: No such file or directory" in scene.lines
    assert "ended with exit code 127 before it was ready" in scene.said


@pytest.mark.parametrize(
    ("names", "order"),
    [(["web", "web"], None), (["web"], ["worker"]), (["web"], []), (["up"], None)],
)
def test_each_name_must_occur_once_in_the_stages_and_in_the_stop_order(
    names: list[str], order: list[str] | None
) -> None:
    units = [scenes.service(name, scenes.serve) for name in names]
    with pytest.raises(ValueError, match="each name once"):
        Supervisor([units], out=StringIO(), stop_order=order)
