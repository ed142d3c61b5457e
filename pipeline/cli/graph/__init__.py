"""`afterword graph`: who follows whom."""

import typer

from pipeline.cli.graph.asking import changes, compare, series, suggest
from pipeline.cli.graph.budgeting import budget
from pipeline.cli.graph.credentials import credentials
from pipeline.cli.graph.duties import erase, listen
from pipeline.cli.graph.exporting import export
from pipeline.cli.graph.importing import import_archive
from pipeline.cli.graph.listing import add, list_lists, remove
from pipeline.cli.graph.login import login, logout
from pipeline.cli.graph.naming import look_up
from pipeline.cli.graph.quoting import quote
from pipeline.cli.graph.status import status
from pipeline.cli.graph.syncing import sync

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
app.command("import-archive")(import_archive)
app.command("list")(list_lists)
app.command("names")(look_up)
for _command in (
    login,
    logout,
    credentials,
    quote,
    budget,
    listen,
    erase,
    add,
    remove,
    sync,
    status,
    compare,
    changes,
    series,
    suggest,
    export,
):
    app.command()(_command)
