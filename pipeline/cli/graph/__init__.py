"""`afterword graph`: who follows whom."""

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
