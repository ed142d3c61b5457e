"""Signals as bytes on a socket: one wait covers them, the children's pipes and the clock."""

import signal
import socket
from types import FrameType, TracebackType
from typing import Self

STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Each asks the set to stop."""
_CHILD = signal.SIGCHLD
CHILD_SIGNALS = (*STOP, signal.SIGQUIT, _CHILD)
"""What a forked child resets to its default."""


def _note(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the number has been written to the socket by the interpreter already."""


class SignalSocket:
    """While entered, the signals the supervisor acts on are read from here.

    Only the main thread may enter it (`signal.set_wakeup_fd`).
    """

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        # A full socket loses nothing: it already holds a reason to wake up.
        self._woken = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # What was ignored stays so: nohup asks for that, and shells for jobs in the background.
        asked = [number for number in STOP if signal.getsignal(number) is not signal.SIG_IGN]
        self._handlers = {number: signal.signal(number, _note) for number in (*asked, _CHILD)}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woken)
        self._reader.close()
        self._writer.close()

    @property
    def reader(self) -> int:
        """The descriptor that is readable when a signal has come."""
        return self._reader.fileno()

    @property
    def descriptors(self) -> tuple[int, int]:
        """Both ends, for a child to close."""
        return self._reader.fileno(), self._writer.fileno()

    def take(self) -> list[int]:
        """Return the numbers of the signals that came since the last call, oldest first."""
        try:
            return list(self._reader.recv(4096))
        except BlockingIOError:
            return []
