"""Processes the bench starts: each with a log of its own, ended by its own id."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Self

ROOT = Path(__file__).parent.parent
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 30.0


class BenchError(Exception):
    """A part of the bench could not be run. Says what, where its log is, and how it ends."""


def pause(seconds: float) -> None:
    """Wait."""
    Event().wait(seconds)


def free_port() -> int:
    """Find a loopback port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether a loopback port takes connections."""
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0


def environment(**more: str) -> dict[str, str]:
    """Make a clean environment, so that no setting of the caller's shell leaks into a run."""
    folders = [str(Path(sys.executable).parent), *os.get_exec_path()]
    return {"PATH": os.pathsep.join(folders), "HOME": str(Path.home()), "LC_ALL": "C.UTF-8", **more}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Program:
    """A process in a session of its own, ended when the `with` block is left."""

    def __init__(
        self, argv: Sequence[str], *, log: Path, env: Mapping[str, str], grace: float = STOP_SECONDS
    ) -> None:
        self.argv, self.log, self._grace = argv, log, grace
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=ROOT,
                env=dict(env),
                start_new_session=True,
                # The bench has no threads, and a bench that is killed must leave no server.
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - see the line above
            )

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Say whether it still runs."""
        return self._process.poll() is None

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it: a signal to it, and after the grace time SIGKILL to its own group."""
        if not self.alive():
            return
        self._process.send_signal(by)
        try:
            self._process.wait(self._grace)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def wait_for(self, ready: Callable[[], bool], *, within: float) -> None:
        """Wait until `ready` says so. Raises BenchError where it ends or takes too long."""
        if until(lambda: ready() or not self.alive(), within=within) and self.alive():
            return
        state = "took longer than" if self.alive() else "ended within"
        raise BenchError(f"{' '.join(self.argv)} {state} {within:.0f} s: {self.tail()}")

    def tail(self, lines: int = 12) -> str:
        """Give the last lines of its log."""
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"see {self.log}", *text[-lines:]])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def until(condition: Callable[[], bool], *, within: float, every: float = 0.02) -> bool:
    """Ask again and again until the answer is yes; False after `within` seconds."""
    end = perf_counter() + within
    while not condition():
        if perf_counter() > end:
            return False
        pause(every)
    return True


def finish(argv: Sequence[str], *, env: Mapping[str, str] | None, within: float = 120.0) -> str:
    """Run a command to its end and give its output; `env` None: in the caller's environment.

    Raises BenchError where it fails or takes longer than `within` seconds.
    """
    try:
        done = subprocess.run(
            argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=within, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{' '.join(argv)} took longer than {within:.0f} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout)[-2000:]
        raise BenchError(f"{' '.join(argv)} ended with {done.returncode}:\n{said}")
    return done.stdout
