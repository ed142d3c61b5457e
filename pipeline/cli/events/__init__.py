"""`afterword events`: the log."""

import typer

from pipeline.cli.events.purging import purge
from pipeline.cli.events.reading import list_events, show
from pipeline.cli.events.redriving import redrive
from pipeline.cli.events.replaying import replay
from pipeline.cli.events.sending import send

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The log: list, show, send, redrive, replay, purge.",
)
app.command("list")(list_events)
for _command in (show, send, redrive, replay, purge):
    app.command()(_command)
