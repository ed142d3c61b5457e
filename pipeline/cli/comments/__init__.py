"""`afterword comments`: moderation from the terminal."""

import typer

from pipeline.cli.comments.blocking import block, blocks, unblock
from pipeline.cli.comments.deciding import approve, reject, undo
from pipeline.cli.comments.explaining import explain
from pipeline.cli.comments.reading import list_comments, show

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Moderation: list, show, approve, reject, undo, explain, block.",
)
app.command("list")(list_comments)
for _command in (show, approve, reject, undo, explain, block, unblock, blocks):
    app.command()(_command)
