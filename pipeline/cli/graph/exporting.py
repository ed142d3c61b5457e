"""Graphs as files."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from pipeline.bootstrap import Container
from pipeline.cli.formats import counted
from pipeline.cli.graph.asking import At, Network
from pipeline.cli.moments import parse
from pipeline.cli.output import note, progress
from pipeline.cli.session import opened
from pipeline.domain.graph.kinds import Direction, X
from pipeline.ingest.graph.exports.files import fresh_file
from pipeline.ingest.graph.exports.service import ExportAsked, Exporter, Format

_STDOUT = "-"


def export(  # noqa: PLR0913 - an export has that many sides
    accounts: Annotated[list[str] | None, typer.Argument(metavar="[ACCOUNT]...")] = None,
    *,
    output: Annotated[str, typer.Option("--output", "-o", help="A file; - is stdout.")] = _STDOUT,
    format_: Annotated[
        Format | None, typer.Option("--format", help="By the file's ending, if not said.")
    ] = None,
    direction: Annotated[Direction | None, typer.Option(help="One of the two lists.")] = None,
    at: At = None,
    network: Network = X,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write edges with their bounds into a file for other programs.

    Without accounts: every edge known on the network. csv and parquet have a line per span, gexf
    (1.3) a timeline for Gephi, graphml the graph at one moment.

    \b
    Examples:
      afterword graph export ada --output ada.gexf
      afterword graph export --format csv > edges.csv
      afterword graph export ada bob --output then.graphml --at 2026-11-30
    """
    chosen = format_ or _by_ending(output)
    if output == _STDOUT and chosen is Format.PARQUET and sys.stdout.isatty():
        raise typer.BadParameter("a terminal can't show it: name a file", param_hint="--output")
    asked = ExportAsked(network, chosen, accounts or (), direction, parse(at) if at else None)
    with opened() as container, progress("exporting", None) as advance:
        count = _write(container, asked, output, advance, force=force)
    note(f"{counted(count, 'edge')} written to {'stdout' if output == _STDOUT else output}")


def _write(
    container: Container,
    asked: ExportAsked,
    output: str,
    advance: Callable[[int], object],
    *,
    force: bool,
) -> int:
    exporter = Exporter(container.database, container.clock)

    def written(out: BinaryIO, scratch: Path) -> int:
        return exporter.write(asked, out, scratch=scratch, advance=advance)

    if output == _STDOUT:
        count = written(sys.stdout.buffer, container.settings.home)
        sys.stdout.buffer.flush()
        return count
    path = Path(output)
    with fresh_file(path, force=force) as file:
        return written(file, path.parent)


def _by_ending(output: str) -> Format:
    """The format of a file's name; CSV where it does not say."""
    try:
        return Format(Path(output).suffix.removeprefix(".").lower())
    except ValueError:
        return Format.CSV
