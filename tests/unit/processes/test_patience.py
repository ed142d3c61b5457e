"""Who keeps the server waiting is hung up on; who works with it never is."""

from typing import Any

from pipeline.processes.patience import HEAD_WITHIN_S, look


class Connection:
    """As much of a connection as the look at it needs."""

    waiting_for: Any = None
    waiting_since = 0.0

    def __init__(self, phase: str | None = "head") -> None:
        self.phase = phase
        self.cycle: object = object()
        self.gone = False

    def in_head(self) -> bool:
        return self.phase == "head"

    def in_body(self) -> bool:
        return self.phase == "body"

    def hang_up(self) -> None:
        self.gone = True


def watched(connection: Connection, seconds: int, *, busy: bool = False) -> bool:
    for second in range(seconds):
        look([connection], float(second))
        if busy:
            connection.cycle = object()
    return connection.gone


def test_a_silent_connection_is_hung_up_on() -> None:
    assert watched(Connection("head"), int(HEAD_WITHIN_S) + 1)


def test_a_body_that_never_ends_is_hung_up_on() -> None:
    assert watched(Connection("body"), int(HEAD_WITHIN_S) + 1)


def test_one_request_after_the_other_is_not() -> None:
    assert not watched(Connection("head"), 60, busy=True)


def test_who_waits_for_us_may_wait() -> None:
    assert not watched(Connection(None), 60)
