"""`afterword graph`: who follows whom."""

import typer

from pipeline.cli.graph.asking import changes, compare, series, suggest
from pipeline.cli.graph.exporting import export

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
for _command in (compare, changes, series, suggest, export):
    app.command()(_command)
