"""How an end is put into words."""

import signal

import pytest

from pipeline.supervisor.exits import describe_exit


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "exit code 0"),
        (3 << 8, "exit code 3"),
        (signal.SIGKILL, "signal SIGKILL"),
        (signal.SIGSEGV | 0x80, "signal SIGSEGV"),
        (40, "signal 40"),
    ],
)
def test_a_wait_status_is_told_by_code_or_by_the_signals_name(status: int, words: str) -> None:
    assert describe_exit(status) == words
