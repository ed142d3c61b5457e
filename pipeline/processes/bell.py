"""An event that a signal's handler may set."""

from queue import Empty, SimpleQueue


class Bell:
    """Like `threading.Event`, whose lock a handler that interrupts its `wait` would wait for forever.

    `SimpleQueue.put` may be called in the middle of `get`, also by the same thread (Python's
    documentation of `queue`, "SimpleQueue Objects").
    """

    def __init__(self) -> None:
        self._rung: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake all who wait, and whoever will, until it is cleared."""
        if not self.is_set():
            self._rung.put(None)

    def clear(self) -> None:
        """Have those who come wait again."""
        while self.is_set():
            self._take(0)

    def is_set(self) -> bool:
        """Whether nobody needs to wait."""
        return not self._rung.empty()

    def wait(self, timeout: float) -> bool:
        """Wait until it is set, for so many seconds at most; whether it is."""
        taken = self._take(timeout)
        if taken:
            self._rung.put(None)
        return taken

    def _take(self, timeout: float) -> bool:
        try:
            self._rung.get(timeout=timeout)
        except Empty:
            return False
        return True
