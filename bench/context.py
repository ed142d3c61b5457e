"""What every scenario is given: a place, texts, how thorough to be, the machine's pace."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from bench.figures import median
from bench.load import Load, Result, send
from bench.messages import Comment, webhook, write
from bench.processes import Program, environment, free_port, listens
from bench.reference import argv as reference_argv

# What the bare route of `bench.reference` acks per second on the machine the targets are from:
# 2 cores, SQLite FULL, 32 connections.
REFERENCE_ACKS = 11_099

SEED = 1
"""Whose simulated month the figures in the docs are."""


class Context:
    """One run of the bench.

    `quick` runs are small enough to show that a scenario works; their figures prove little. `seed`
    chooses what happens where a scenario lives through a simulated month.
    """

    def __init__(
        self,
        place: Path,
        texts: Sequence[str],
        *,
        quick: bool,
        say: Callable[[str], None],
        seed: int = SEED,
    ) -> None:
        self.place, self.texts, self.quick, self.say = place, texts, quick, say
        self.seed = seed
        self._numbers = count()

    def fresh(self, name: str) -> Path:
        """Give a new folder's path for one server's state."""
        return self.place / f"{next(self._numbers):03d}-{name}"

    def size(self, full: int, quick: int) -> int:
        """Choose a count by how thorough the run is."""
        return quick if self.quick else full

    def comments(self, page: str, numbers: Sequence[int]) -> list[Comment]:
        """Write comments for a page; the same numbers give the same comments."""
        return write(self.texts, page, numbers, seed=numbers[0] if numbers else 0)

    @contextmanager
    def reference(self) -> Iterator[int]:
        """Run the bare route on an empty database and give its port."""
        place, port = self.fresh("reference"), free_port()
        place.mkdir(parents=True)
        argv = reference_argv(port, place / "events.db")
        with Program(argv, log=place / "reference.log", env=environment()) as program:
            program.wait_for(lambda: listens(port), within=20)
            yield port

    def acks_of_reference(self, number: int) -> Result:
        """Measure the bare route's durable acks: a warm-up, then `number` of them."""
        requests = [webhook(comment) for comment in self.comments("/posts/acks/", range(number))]
        with self.reference() as port:
            return warm(port, requests)

    def pace(self) -> float:
        """Measure how fast the machine is now, as `pace_of` says it."""
        self.say("measuring the machine's pace on the bare route")
        return pace_of([self.acks_of_reference(self.size(10_000, 3_000)) for _ in range(3)])


def pace_of(bare: Sequence[Result]) -> float:
    """Say how fast a machine is, as a share of the one the targets are from; 1 at most.

    A target in absolute figures is scaled by it, and so becomes a ratio to the bare route in the
    same run: a busy machine slows both.
    """
    return min(1.0, median([result.rate for result in bare]) / REFERENCE_ACKS)


def warm(port: int, requests: Sequence[bytes]) -> Result:
    """Send the first tenth unmeasured, then measure the rest; both have to be answered."""
    head = max(1, len(requests) // 10)
    send(Load(port, requests[:head]))
    return send(Load(port, requests[head:]))
