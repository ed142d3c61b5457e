"""`afterword graph`: who follows whom."""

import typer

from pipeline.cli.graph.budgeting import budget
from pipeline.cli.graph.quoting import quote

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
for _command in (quote, budget):
    app.command()(_command)
