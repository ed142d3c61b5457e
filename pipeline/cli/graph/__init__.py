"""`afterword graph`: who follows whom."""

import typer

from pipeline.cli.graph.budgeting import budget
from pipeline.cli.graph.credentials import credentials
from pipeline.cli.graph.listing import add, list_lists, remove
from pipeline.cli.graph.login import login, logout
from pipeline.cli.graph.quoting import quote
from pipeline.cli.graph.status import status
from pipeline.cli.graph.syncing import sync

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
for _command in (login, logout, credentials, add, remove, quote, sync, status, budget):
    app.command()(_command)
app.command("list")(list_lists)
