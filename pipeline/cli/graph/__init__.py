"""`afterword graph`: who follows whom."""

import typer

from pipeline.cli.graph.importing import import_archive

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Follow graphs: add, quote, sync, status, compare, changes, series, export.",
)
app.command("import-archive")(import_archive)


@app.callback()
def _group() -> None:
    # With one command alone, typer would take the group for it.
    pass
