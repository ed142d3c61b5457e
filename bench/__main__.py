"""`python -m bench [scenario ...] [--json] [--quick] [--seed N]`: run scenarios, print the table.

Ends with 0 where every target was met, 1 where one was not or a scenario could not be run, and
2 for wrong usage.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console

from bench import texts
from bench.context import SEED, Context
from bench.processes import ROOT, BenchError
from bench.scenarios import SCENARIOS
from bench.table import Failure, Row, draw, to_json
from pipeline.errors import AfterwordError

# Labelled comments where they lie beside the checkout; else sentences are put together.
TEXTS = ROOT.parent / "shared" / "data" / "youtube-spam"
WIDTH = 150


class OutOfTimeError(BenchError):
    """A scenario took longer than it may."""


def arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line; ends the program with 2 where it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Afterword and its peers.")
    parser.add_argument(
        "scenario", nargs="*", help=f"any of {', '.join(SCENARIOS)}; all by default"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    parser.add_argument("--quick", action="store_true", help="small counts: does it work at all?")
    parser.add_argument("--keep", action="store_true", help="keep the logs and databases")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="of simulated months: another is another month"
    )
    parser.add_argument(
        "--texts", type=Path, default=TEXTS, help="folder of CSV files: date, content, spam (0/1)"
    )
    chosen = parser.parse_args(argv)
    for name in chosen.scenario:
        if name not in SCENARIOS:
            parser.error(f"there is no scenario {name!r}: choose from {', '.join(SCENARIOS)}")
    return chosen


@contextmanager
def place(*, keep: bool) -> Iterator[Path]:
    """Make a folder for one run, beside the checkout's own state: on a disk, never in memory.

    A sync to a file system in memory costs nothing, and a durable ack would be no ack at all.
    """
    parent = ROOT / "var" / "bench"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End what runs inside after so many seconds. Raises OutOfTimeError."""

    def ring(_: int, __: FrameType | None) -> None:
        raise OutOfTimeError(f"it was given up after {seconds:g} s")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def measure(context: Context, names: list[str]) -> tuple[list[Row], list[Failure]]:
    """Run scenarios one after the other; one that fails doesn't keep the next from running."""
    rows, failures = [], []
    for name in names:
        try:
            with at_most(SCENARIOS[name].seconds):
                rows += SCENARIOS[name].run(context)
        except (AfterwordError, BenchError, OSError, RuntimeError, ValueError) as error:
            failures.append(Failure(name, str(error)))
    return rows, failures


def main(argv: list[str]) -> int:
    """Run the bench and give its exit code."""
    chosen = arguments(argv)
    # A bench that is told to end leaves its `with` blocks, and so ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    log = Console(stderr=True)
    with place(keep=chosen.keep) as folder:
        said = texts.harmless(chosen.texts)
        context = Context(
            folder,
            said,
            quick=chosen.quick,
            say=lambda line: log.print(line, style="dim"),
            seed=chosen.seed,
        )
        rows, failures = measure(context, chosen.scenario or list(SCENARIOS))
    if chosen.json:
        print(to_json(rows, failures))
    else:
        screen = Console()
        # Into a file or a pipe nobody can scroll sideways, but nobody wants folded figures either.
        draw(screen if screen.is_terminal else Console(width=WIDTH), rows, failures)
    return int(bool(failures) or any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
