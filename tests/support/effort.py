"""What a call costs the processor, where a text must not cost much and what reads it is not Python.

Not a stopwatch: a machine that is busy with something else makes no difference.
"""

from collections.abc import Callable
from time import thread_time

_TRIES = 3


def effort(work: Callable[[], object]) -> float:
    """Seconds of a processor for this thread alone, at the best of three tries."""
    return min(_once(work) for _ in range(_TRIES))


def _once(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began
