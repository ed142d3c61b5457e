# ruff: noqa: S101 - tests assert
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import OutOfTimeError, arguments, at_most
from bench.memory import cpu_seconds, pss, tree
from bench.processes import BenchError, Program, environment, finish, free_port, listens, pause

SLEEPER = [sys.executable, "-S", "-c", "import signal; print('up', flush=True); signal.pause()"]
STUBBORN = [
    *SLEEPER[:-1],
    "import signal; signal.signal(15, 1); print('up', flush=True); [*iter(signal.pause, 0)]",
]


def program(argv: list[str], place: Path, grace: float = 5.0) -> Program:
    started = Program(argv, log=place / "program.log", env=environment(), grace=grace)
    started.wait_for(lambda: "up" in started.log.read_text(), within=5)
    return started


def test_a_program_ends_with_its_block(tmp_path: Path) -> None:
    with program(SLEEPER, tmp_path) as running:
        assert running.alive()
    assert not running.alive()


def test_a_program_that_ignores_the_signal_is_killed_after_the_grace_time(tmp_path: Path) -> None:
    running = program(STUBBORN, tmp_path, grace=0.1)
    running.stop()
    assert not running.alive()


def test_a_program_that_ends_too_early_is_quoted(tmp_path: Path) -> None:
    argv = [sys.executable, "-S", "-c", "raise SystemExit('no database')"]
    with (
        Program(argv, log=tmp_path / "a.log", env=environment()) as running,
        pytest.raises(BenchError, match="no database"),
    ):
        running.wait_for(lambda: False, within=5)


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(BenchError, match="ended with 1:\nbroken"):
        finish([sys.executable, "-S", "-c", "raise SystemExit('broken')"], env=environment())


def test_the_environment_of_a_run_is_clean() -> None:
    assert set(environment(AFTERWORD_PORT="1")) == {"PATH", "HOME", "LC_ALL", "AFTERWORD_PORT"}


def test_a_free_port_has_no_listener() -> None:
    assert not listens(free_port())


def test_a_tree_holds_the_processes_below_the_root(tmp_path: Path) -> None:
    for pid, parent in ((10, 1), (11, 10), (12, 11), (20, 1)):
        folder = tmp_path / str(pid)
        folder.mkdir()
        fields = ["S", str(parent), *["0"] * 9, "100", "50", "30", "20", "0"]
        (folder / "stat").write_text(f"{pid} (a (b) c) {' '.join(fields)}")
    assert tree(10, tmp_path) == [10, 11, 12]
    assert cpu_seconds([10, 11], tmp_path) == pytest.approx(400 / os.sysconf("SC_CLK_TCK"))


def test_memory_of_a_real_process_is_read(tmp_path: Path) -> None:
    with program(SLEEPER, tmp_path) as running:
        assert 1_000_000 < pss(running.pid) < 50_000_000
        assert running.pid in tree(os.getpid())
    assert pss(running.pid) == 0


def test_a_scenario_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(OutOfTimeError, match=r"after 0\.05 s"), at_most(0.05):
        pause(5)


def test_a_scenario_that_does_not_exist_is_a_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(["acks", "nonsense"])
    assert ended.value.code == 2
    assert "choose from client, acks" in capsys.readouterr().err


def test_servers_do_not_outlive_a_bench_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, signal; from pathlib import Path; from bench.processes import *\n"
        f"p = Program({SLEEPER!r}, log=Path(sys.argv[1]), env=environment())\n"
        "print(p.pid, flush=True); signal.pause()"
    )
    argv = [sys.executable, "-c", code, str(tmp_path / "a.log")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout is not None
        child = int(bench.stdout.readline())
        bench.send_signal(signal.SIGKILL)
        bench.wait()
    for _ in range(200):
        if pss(child) == 0:
            return
        pause(0.02)
    pytest.fail(f"process {child} outlived the bench that started it")
