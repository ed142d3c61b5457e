"""A bell that signals ring."""

import subprocess
import sys
import threading

import pytest

from pipeline.processes.bell import Bell

# Every tenth of a millisecond a handler interrupts whatever the waiting is at.
STORM = """
import signal
from pipeline.processes.bell import Bell
bell, heard = Bell(), 0
signal.signal(signal.SIGALRM, lambda *_: bell.set())
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
for _ in range(3000):
    heard += bell.wait(0.0002)
    bell.clear()
signal.setitimer(signal.ITIMER_REAL, 0)
print(heard)
"""


def test_it_is_heard_until_it_is_cleared() -> None:
    bell = Bell()
    assert not bell.wait(0)
    bell.set()
    bell.set()
    assert bell.is_set()
    assert bell.wait(0)
    assert bell.wait(0)
    bell.clear()
    assert not bell.is_set()
    assert not bell.wait(0)


def test_all_who_wait_hear_it() -> None:
    bell, heard = Bell(), []
    waiting = [threading.Thread(target=lambda: heard.append(bell.wait(20))) for _ in range(3)]
    for each in waiting:
        each.start()
    bell.set()
    for each in waiting:
        each.join()
    assert heard == [True] * 3


@pytest.mark.timeout(60)
def test_a_handler_may_ring_it_wherever_it_interrupts_the_waiting() -> None:
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-c", STORM], capture_output=True, text=True, timeout=40, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 1000
