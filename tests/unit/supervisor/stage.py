"""Plays a scene as a process of its own, and watches it from outside as a terminal would."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


def _heed() -> None:
    """Take back what whoever started the tests may have ignored (nohup, a shell's `&`)."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Play:
    """A running scene: its lines as they come, its end."""

    def __init__(self, name: str, folder: Path, prefix: Sequence[str]) -> None:
        command = [*prefix, sys.executable, "-m", "tests.unit.supervisor.scenes", name, folder]
        self._process = subprocess.Popen(  # noqa: S603 - this very test
            command,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            preexec_fn=_heed,  # noqa: PLW1509 - no thread of ours holds a lock here
        )
        self.pid = self._process.pid
        self.lines: list[str] = []

    def until(self, pattern: str) -> re.Match[str]:
        """Read on to the next line that contains `pattern`, and return the match."""
        with self._patience():
            for line in self._stream():
                if match := re.search(pattern, line):
                    return match
        raise AssertionError(f"{pattern!r} never came; said so far:\n" + "\n".join(self.lines))

    def send(self, *numbers: int) -> None:
        """Send the scene signals."""
        for number in numbers:
            os.kill(self.pid, number)

    def end(self) -> int:
        """Read to the end and return the exit code (negative: the signal that ended it)."""
        with self._patience():
            for _line in self._stream():
                pass
        return self._process.wait(PATIENCE)

    def stop_reading(self) -> int:
        """Close the terminal, so to speak, and return the exit code."""
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        """End it, whatever state it is in."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def said(self) -> str:
        """All lines read so far."""
        return "\n".join(self.lines)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        # Reading ends when nobody holds the pipe any more; a hang ends with the process killed.
        guard = threading.Timer(PATIENCE, self._process.kill)
        guard.start()
        try:
            yield
        finally:
            guard.cancel()

    def _stream(self) -> Iterator[str]:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            self.lines.append(line.rstrip("\n"))
            yield self.lines[-1]


@contextmanager
def play(name: str, folder: Path, prefix: Sequence[str] = ()) -> Iterator[Play]:
    """Play the scene of this name, by way of the command `prefix`; nothing of it is left."""
    running = Play(name, folder, prefix)
    try:
        yield running
    finally:
        running.close()


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(pid: int) -> bool:
    """Wait until the process is gone; False if it outlasts all patience."""
    pause = threading.Event()
    return any(not is_alive(pid) or pause.wait(0.01) for _ in range(int(PATIENCE / 0.01)))
