"""Arguments and options that several commands share."""

from typing import Annotated

import typer

_LARGEST = (1 << 63) - 1

EventId = Annotated[int, typer.Argument(min=0, max=_LARGEST, metavar="ID", help="Of an event.")]
EventIds = Annotated[
    list[int] | None,
    typer.Argument(min=0, max=_LARGEST, metavar="[ID]...", help="Of events."),
]
CommentId = Annotated[int, typer.Argument(min=0, max=_LARGEST, metavar="ID", help="Of a comment.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="At most so many.")]
