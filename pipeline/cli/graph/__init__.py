"""`afterword graph`: who follows whom."""

import typer

from pipeline.cli.graph.credentials import credentials
from pipeline.cli.graph.login import login, logout

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
for _command in (login, logout, credentials):
    app.command()(_command)
