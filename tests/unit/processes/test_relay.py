"""When a relay looks again."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.ingest.dispatch import Pass
from pipeline.processes.relay import BUSY_S, FOLLOW_UP_S, IDLE_S, STILL_S, RelayLoop
from tests.support.world import World

FULL = Pass(waiting=1)
MOVED = Pass(sent=16, waiting=1)


class Scripted:
    """A relay whose passes are given."""

    def __init__(self, passes: Sequence[Pass]) -> None:
        self._passes: Iterator[Pass] = iter(passes)

    def run_once(self, _queues: Any) -> Pass:
        return next(self._passes)


def waits(world: World, *passes: Pass) -> list[float]:
    loop: Any = RelayLoop(world.container, "redis://127.0.0.1:1/0")
    loop._relay = Scripted(passes)
    return [loop._look()[0] for _ in passes]


def test_a_full_window_that_does_not_move_is_looked_at_less_and_less(world: World) -> None:
    found = waits(world, *[FULL] * 6)
    assert found == [BUSY_S, 2 * BUSY_S, 4 * BUSY_S, STILL_S, STILL_S, STILL_S]


def test_as_soon_as_it_moves_it_is_looked_at_often(world: World) -> None:
    assert waits(world, *[FULL] * 4, MOVED, FULL)[-2:] == [BUSY_S, 2 * BUSY_S]


def test_with_nothing_due_it_waits_to_be_woken(world: World) -> None:
    assert waits(world, Pass()) == [IDLE_S]


def test_what_was_sent_is_followed_up_soon(world: World) -> None:
    looks = waits(world, Pass(sent=1), Pass(), Pass(), Pass(), Pass(), Pass(), Pass())
    assert looks == [FOLLOW_UP_S * 2**n for n in range(5)] + [IDLE_S, IDLE_S]
