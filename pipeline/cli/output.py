"""Printing: tables and fields for people, JSON for machines, progress on stderr.

Nothing is cut where the output is no terminal: another program reads it.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from pipeline.cli.formats import clean

_UNBOUNDED = 100_000
_WHOLE = frozenset({"id", "generation"})
"""First columns that name a row: never broken, also in a narrow terminal."""


class Advance(Protocol):
    """Moves a bar on by `count`; `total` where its length is only known now."""

    def __call__(self, count: int, total: int | None = None) -> None: ...


class _RateColumn(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.0f}/s")


def say(text: str = "") -> None:
    """A line on stdout."""
    typer.echo(text)


def note(text: str) -> None:
    """A line on stderr: what a person should know and a program should not read."""
    typer.echo(text, err=True)


def as_json(value: Any) -> None:
    """The whole of stdout, as indented JSON."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Rows under their headings; `empty`, on stderr, where there are none."""
    if not rows:
        note(empty)
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        whole = name in _WHOLE
        width = max(len(row[0]) for row in rows) if whole else None
        grid.add_column(name, no_wrap=whole, min_width=width, overflow="fold")
    for row in rows:
        # Text, not str: square brackets in a comment are no markup.
        grid.add_row(*[Text(clean(cell)) for cell in row])
    console = _console()
    with console.capture() as captured:
        console.print(grid)
    for line in captured.get().splitlines():
        say(line.rstrip())


def fields(values: Mapping[str, str]) -> None:
    """Names and values, one a line; a value of several lines is indented."""
    width = max(len(name) for name in values) + 2
    for name, value in values.items():
        indented = clean(value).replace("\n", "\n" + " " * width)
        say(f"{name}:".ljust(width) + indented)


def confirm(question: str, *, yes: bool) -> None:
    """Ask before what can't be undone. Ends the command unless the answer is yes.

    Where nobody can be asked, --yes must have been given: that is wrong usage otherwise.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "this is no terminal, so nobody can be asked: add it", param_hint="--yes"
        )
    if not typer.confirm(question, err=True):
        note("nothing was changed")
        raise typer.Exit(1)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Advance]:
    """A bar on stderr while the block runs, if that is a terminal, with the time it still takes."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = Progress(
        *columns,
        _RateColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with shown:
        task = shown.add_task(label, total=total)

        def advance(count: int, total: int | None = None) -> None:
            shown.update(task, advance=count, total=total)

        yield advance


def _console() -> Console:
    terminal = sys.stdout.isatty()
    return Console(highlight=False, emoji=False, width=None if terminal else _UNBOUNDED)
