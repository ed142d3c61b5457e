"""What makes a child end when its supervisor was killed and could not stop it."""

import ctypes
import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1  # prctl(2), Linux


def end_with_parent(parent: int) -> None:
    """Have the kernel send this process SIGTERM when `parent`, who forked it, is gone.

    Linux only; it lasts across exec. Elsewhere `Lifeline.watch` does it for Python services.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above: no signal will come
        os.kill(os.getpid(), signal.SIGTERM)


class Lifeline:
    """A pipe only the supervisor can write to: its end means the supervisor is gone."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()

    def close(self) -> None:
        """Close both ends, in the supervisor."""
        os.close(self.reader)
        os.close(self.writer)

    def watch(self, grace: float) -> None:
        """In a child: kill its process group `grace` seconds after the supervisor died.

        SIGTERM alone would leave behind a child that hangs.
        """
        os.close(self.writer)
        threading.Thread(target=self._outlive, args=(grace,), daemon=True, name="lifeline").start()

    def _outlive(self, grace: float) -> None:
        os.read(self.reader, 1)  # nothing is ever written: this returns at the end
        if sys.platform != "linux":
            os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(grace)
        os.killpg(0, signal.SIGKILL)
