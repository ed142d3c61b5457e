"""Readers who search all the while, at a steady rate, and keep what was wrong with an answer."""

import threading
import time
from collections.abc import Callable
from typing import Self

THREADS = 8


class Readers:
    """Asks `ask` in eight threads, `rate` times a second together, while the context lasts.

    `ask` returns what it took the answer for, or raises; AssertionError says what was wrong.
    """

    def __init__(self, ask: Callable[[], str], *, rate: float) -> None:
        self._ask = ask
        self._pause = THREADS / rate
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(THREADS)]
        self.answers: list[str] = []
        self.wrong: list[str] = []
        self.slowest = 0.0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        """Wait until so many more questions were answered."""
        wanted, pause = self.asked + more, threading.Event()
        while self.asked < wanted:
            pause.wait(0.005)

    @property
    def asked(self) -> int:
        """Questions so far, rightly answered or not."""
        return len(self.answers) + len(self.wrong)

    def _run(self) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            try:
                self.answers.append(self._ask())
            except Exception as error:  # noqa: BLE001 - any failure is one that a reader meets
                self.wrong.append(repr(error))
            took = time.monotonic() - began
            self.slowest = max(self.slowest, took)
            self._over.wait(max(0.0, self._pause - took))
