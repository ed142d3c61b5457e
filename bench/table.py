"""The table: what was measured, ours beside the peer's, the ratio, the target, and whether met."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

from bench.figures import plain

VERDICTS = {True: "[green]yes[/]", False: "[red]NO[/]", None: "-"}


class Row(msgspec.Struct, frozen=True):
    """One figure. `ratio` is how many times better ours is than the peer's; above 1 is better."""

    scenario: str
    what: str
    ours: float
    unit: str
    target: str
    met: bool | None
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    note: str = ""


class Failure(msgspec.Struct, frozen=True):
    """A scenario that could not be run to its end, and why."""

    scenario: str
    reason: str


def more_is_better(ours: float, peer: float) -> float:
    """Give how many times the peer's figure ours is."""
    return ours / peer


def less_is_better(ours: float, peer: float) -> float:
    """Give how many times ours fits into the peer's figure."""
    return peer / ours


class Target(NamedTuple):
    """A target in absolute figures, scaled by the machine's pace: the limit, and how it reads."""

    limit: float
    text: str


def at_least(full: float, unit: str, pace: float) -> Target:
    """Scale a rate: a machine of half the pace has to reach half of it."""
    limit = full * pace
    return Target(limit, f">= {plain(limit)} {unit} ({plain(full)} at pace {pace:.2f})")


def at_most(full: float, unit: str, pace: float) -> Target:
    """Scale a time: a machine of half the pace may take twice as long."""
    limit = full / pace
    return Target(limit, f"<= {plain(limit)} {unit} ({plain(full)} at pace {pace:.2f})")


def draw(console: Console, rows: Sequence[Row], failures: Sequence[Failure]) -> None:
    """Print the table, the remarks below it and what could not be run."""
    table = Table(title="Afterword beside its peers, same machine, same run, medians")
    for name in ("scenario", "what"):
        table.add_column(name, overflow="fold")
    for name in ("ours", "peer", "ratio", "target"):
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("met?")
    for row in rows:
        peer = "" if row.peer is None else f"{plain(row.peer)} {row.unit} ({row.peer_name})"
        ratio = "" if row.ratio is None else f"{plain(row.ratio)} x"
        ours = f"{plain(row.ours)} {row.unit}"
        table.add_row(row.scenario, row.what, ours, peer, ratio, row.target, VERDICTS[row.met])
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"{row.scenario}, {row.what}: {row.note}", highlight=False)
    for failure in failures:
        console.print(f"[red]{failure.scenario} was not measured:[/] ", end="")
        console.print(failure.reason, markup=False, highlight=False)


def to_json(rows: Sequence[Row], failures: Sequence[Failure]) -> str:
    """Write the same as JSON: {"rows": [...], "failures": [...]}."""
    text = msgspec.json.encode({"rows": list(rows), "failures": list(failures)})
    return msgspec.json.format(text, indent=2).decode()
