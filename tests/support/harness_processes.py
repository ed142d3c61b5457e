"""Processes to be killed and frozen, and the nursery that forks them.

Nothing outlives the test run: the kernel ends the processes with the nursery, and the nursery ends
with the run's end of its standard input (Linux; elsewhere the fixtures end them).
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.services import processes

ROOT = Path(__file__).parents[2]
STOPPED_WITHIN = 60.0


def until(
    condition: Callable[[], object], *, within: float, what: str, every: float = 0.02
) -> None:
    """Ask until the answer is yes. Raises AssertionError after `within` seconds."""
    pause, end = threading.Event(), time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"not within {within:g} s: {what}"
        pause.wait(every)


def wait(seconds: float) -> None:
    """Let time pass, where its passing is what the test is about."""
    threading.Event().wait(seconds)


class Nursery:
    """The program that forks: see `harness_nursery`."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "nursery.log"
        with self._log.open("ab") as errors:
            self._program = subprocess.Popen(
                [sys.executable, "-m", "tests.support.harness_nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
            )

    def fork(self, **order: object) -> int:
        """Start a process; its pid."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()
        answer = self._program.stdout.readline()
        assert answer, f"the nursery ended: {self._log.read_text()[-2000:]}"
        return int(answer)

    def close(self) -> None:
        """End it, and with it what it forked."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.stdout.close()
        processes.stop(self._program)  # type: ignore[arg-type] # text or bytes, it ends the same


class Running:
    """A process that was started. Signals go to its pid alone."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End it without warning."""
        self.signal(signal.SIGKILL)
        self.wait_gone()

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        self.wait_gone()

    def freeze(self) -> None:
        """Stop it in its tracks."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.alive:
            os.kill(self.pid, number)

    def wait_gone(self, within: float = STOPPED_WITHIN) -> None:
        """Wait for its end. Raises AssertionError with its last words where it lives on."""
        until(lambda: not self.alive, within=within, what=f"end of {self.log}:\n{self.said()}")

    def said(self, characters: int = 3000) -> str:
        """The end of what it and others of its kind wrote."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""
