"""A child process as its supervisor sees it: a pid and two pipes."""

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress

from pipeline.supervisor.forked import Wiring, become
from pipeline.supervisor.lifeline import Lifeline
from pipeline.supervisor.service import Unit

CHUNK = 64 * 1024
"""Bytes read at a time: a child that floods gets its turn, not the supervisor's whole attention."""
_LAST_CHUNKS = 16


class Child:
    """A running child: read its output and readiness, signal it, take note of its end."""

    def __init__(self, pid: int, *, output: int, ready: int) -> None:
        self.pid = pid
        self.output = output
        self.ready = ready
        self.pipes = {output, ready}
        """Those still open."""
        os.set_blocking(output, False)

    def read(self) -> bytes | None:
        """Return what it printed, b"" at the end of its output, None if there is nothing now."""
        try:
            return os.read(self.output, CHUNK)
        except BlockingIOError:
            return None

    def read_last(self) -> Iterable[bytes]:
        """Yield what a dead child left in its pipe.

        Bounded: a grandchild that left the process group may hold the other end and go on.
        """
        for _ in range(_LAST_CHUNKS if self.output in self.pipes else 0):
            chunk = self.read()
            if not chunk:
                return
            yield chunk

    def announced(self) -> bool:
        """Whether the readable `ready` pipe holds a byte rather than its end."""
        return os.read(self.ready, 1) != b""

    def terminate(self) -> None:
        """Ask the child itself to stop. Its own children are its own affair until it is gone."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the child and all of its process group at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        os.kill(self.pid, signal.SIGKILL)  # it may not have made its group yet

    def reap(self) -> int | None:
        """Return the wait status if the child has ended, and sweep away what it left in its group.

        After that the object must not be signalled any more: the pid is free for others.
        """
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        return status

    def close(self, pipe: int) -> None:
        """Close one of the `pipes`."""
        self.pipes.remove(pipe)
        os.close(pipe)


def fork_child(unit: Unit, lifeline: Lifeline, foreign: Iterable[int]) -> Child:
    """Fork a child that becomes `unit`. `foreign`: the descriptors it must close.

    Only a single-threaded process may call this. Raises OSError when the system is out of
    processes or descriptors.
    """
    # What lies in a buffer now would be printed by the child once more.
    sys.stdout.flush()
    sys.stderr.flush()
    with ExitStack() as its_ends, ExitStack() as our_ends:
        output, its_output = _pipe(our_ends, its_ends)
        ready, its_ready = _pipe(our_ends, its_ends)
        wiring = Wiring(its_output, its_ready, lifeline, (*foreign, output, ready))
        pid = _fork(unit, wiring)
        our_ends.pop_all()
    return Child(pid, output=output, ready=ready)


def _pipe(reading: ExitStack, writing: ExitStack) -> tuple[int, int]:
    reader, writer = os.pipe()
    reading.callback(os.close, reader)
    writing.callback(os.close, writer)
    return reader, writer


def _fork(unit: Unit, wiring: Wiring) -> int:
    parent = os.getpid()
    # A signal between the fork and the child's reset would run the supervisor's handler there.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if pid == 0:
            become(unit, wiring, parent)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid
