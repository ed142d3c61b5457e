"""What the supervisor starts: a Python service it forks, or a program it executes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Ready = Callable[[], None]
"""Called by a service, from any of its threads, as soon as it serves."""


@dataclass(frozen=True)
class Service:
    """A function that runs in a forked child until SIGTERM.

    It calls `ready()` once it serves; returning ends the child with exit code 0, raising with 1.
    Times are in seconds.
    """

    name: str
    run: Callable[[Ready], None]
    grace: float
    """From SIGTERM to SIGKILL."""
    ready_within: float
    """A start that takes longer counts as failed."""
    optional: bool = False
    """One that keeps failing is tried again for ever, and never ends the set."""


@dataclass(frozen=True)
class Program:
    """An executable that stays in the foreground, such as redis-server. Times are in seconds."""

    name: str
    argv: Sequence[str]
    cwd: Path
    grace: float
    ready_within: float
    probe: Callable[[], bool]
    """Asked every few milliseconds while the program starts, in the parent: it must answer fast."""
    mend: Callable[[Sequence[str]], str | None] | None = None
    """Given the last lines of a failed start: repairs what it can and says what it did, or None.

    After a repair the program is started again at once.
    """
    optional: bool = False
    """See `Service.optional`."""


Unit = Service | Program
