"""What one unit says: printed at once, the last of it remembered."""

from collections import deque
from collections.abc import Iterable

from pipeline.supervisor.output import Console, LineCutter

_KEPT = 40


class Transcript:
    """Passes a child's output on to the console; `recent` holds the last lines of this start."""

    def __init__(self, console: Console, speaker: str) -> None:
        self._console = console
        self._speaker = speaker
        self._cutter = LineCutter()
        self.recent: deque[str] = deque(maxlen=_KEPT)

    def begin(self) -> None:
        """Forget the child before this one."""
        self._cutter = LineCutter()
        self.recent.clear()

    def feed(self, chunk: bytes) -> None:
        """Print the lines that `chunk` completes."""
        self._print(self._cutter.feed(chunk))

    def end(self, chunks: Iterable[bytes]) -> None:
        """Print what the child left in its pipe, to the last half line."""
        for chunk in chunks:
            self.feed(chunk)
        self._print(self._cutter.close())

    def _print(self, lines: list[str]) -> None:
        self.recent.extend(lines)
        self._console.write(self._speaker, lines)
