"""Keeping X's stream open: what is waited for, what ends it, what is asked for again."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from pipeline.domain.graph.failures import (
    CredentialDeadError,
    NetworkDownError,
    NoCreditsError,
    NotAllowedError,
    RateLimitedError,
    TokenBusyError,
    UsageCappedError,
)
from pipeline.domain.graph.port import Limits
from pipeline.processes.listener import LIMITED_S, LONGEST_S, WINDOW_S, Listener
from tests.support.clock import FakeClock

Step = bytes | Exception | timedelta


class Script:
    """A stream of connections that were written before; time passes where it says so."""

    def __init__(self, clock: FakeClock, connections: Sequence[Sequence[Step]]) -> None:
        self.backfills: list[int] = []
        self.waits: list[float] = []
        self.stopped = False
        self._clock = clock
        self._connections = list(connections)

    def lines(self, *, backfill: int = 0) -> Iterator[bytes]:
        self.backfills.append(backfill)
        steps = self._connections.pop(0)
        self.stopped = not self._connections
        for step in steps:
            if isinstance(step, timedelta):
                self._clock.now += step
            elif isinstance(step, Exception):
                raise step
            else:
                yield step

    def stop(self) -> None:
        self.stopped = True

    def pause(self, seconds: float) -> bool:
        if seconds and not self.stopped:
            self.waits.append(seconds)
            self._clock.now += timedelta(seconds=seconds)
        return self.stopped


Play = Callable[..., tuple[Script, list[bytes]]]


@pytest.fixture
def play(clock: FakeClock) -> Play:
    def run(*connections: Sequence[Step]) -> tuple[Script, list[bytes]]:
        script, taken = Script(clock, connections), list[bytes]()
        Listener(script, taken.append, clock=clock, chance=lambda: 1.0, pause=script.pause).run()
        return script, taken

    return run


DOWN = NetworkDownError("it broke off")


def test_lines_are_taken_in_order_and_empty_ones_are_not(play: Play) -> None:
    script, taken = play([b"a", b"", b"b"])
    assert (taken, script.waits) == ([b"a", b"b"], [])


def test_failures_in_a_row_wait_longer_and_longer(play: Play) -> None:
    script, _ = play(*[[DOWN]] * 9, [])
    assert script.waits == [5, 10, 20, 40, 80, 160, LONGEST_S, LONGEST_S, LONGEST_S]


def test_a_connection_that_lasted_begins_anew(play: Play) -> None:
    hour = timedelta(hours=1)
    script, _ = play([DOWN], [DOWN], [DOWN], [b"", hour, DOWN], [b"", hour], [])
    assert script.waits == [5, 10, 20, 5, 5]


def test_one_that_ends_at_once_is_a_failure_too(play: Play) -> None:
    script, _ = play([b""], [b""], [b""], [])
    assert script.waits == [5, 10, 20]


def test_who_is_stopped_while_waiting_connects_no_more(clock: FakeClock) -> None:
    script = Script(clock, [[DOWN], [b"never"]])

    def pause(seconds: float) -> bool:
        return bool(seconds)

    taken: list[bytes] = []
    Listener(script, taken.append, clock=clock, chance=lambda: 1.0, pause=pause).run()
    assert (script.backfills, taken) == ([0], [])


def test_after_a_break_what_was_missed_is_asked_for(play: Play) -> None:
    minutes = timedelta(minutes=3)
    script, _ = play([DOWN], [b"a", DOWN], [minutes, DOWN], [b"b", timedelta(hours=9), DOWN], [])
    assert script.backfills == [0, 0, 1, 4, 5]


def test_where_that_is_not_allowed_it_goes_on_without(play: Play) -> None:
    script, taken = play([b"a", DOWN], [NotAllowedError("no backfill")], [b"b", DOWN], [b"c"])
    assert (script.backfills, taken) == ([0, 1, 0, 0], [b"a", b"b", b"c"])


def test_a_used_up_window_is_waited_for(play: Play, clock: FakeClock) -> None:
    reset = Limits(50, 0, clock() + timedelta(seconds=400))
    far = Limits(50, 0, clock() + timedelta(days=1))
    script, _ = play(
        [RateLimitedError("slow down", limits=reset)],
        [RateLimitedError("slow down", limits=far)],
        [RateLimitedError("too many connections", hidden=True)],
        [],
    )
    assert script.waits == [431, WINDOW_S + 30, LIMITED_S]


def test_a_token_that_is_being_refreshed_is_soon_there(play: Play) -> None:
    script, _ = play([TokenBusyError("it is being refreshed")], [])
    assert script.waits == [5]


@pytest.mark.parametrize(
    "error",
    [
        CredentialDeadError("401"),
        NotAllowedError("403"),
        NoCreditsError("402"),
        UsageCappedError("429"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_no_waiting_mends_ends_it(play: Play, error: Exception) -> None:
    with pytest.raises(type(error)):
        play([error], [b"never"])
