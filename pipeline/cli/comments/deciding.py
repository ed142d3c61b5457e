"""Deciding about comments."""

from typing import Annotated

import typer

from pipeline.cli.arguments import CommentId, Json
from pipeline.cli.output import as_json, say
from pipeline.cli.session import actor, opened
from pipeline.domain.decisions import Action, Reason
from pipeline.ingest.comments.decide import Order, decide
from pipeline.ingest.comments.texts import read

Note = Annotated[str, typer.Option(help="For the record.", metavar="TEXT")]
Version = Annotated[
    int | None,
    typer.Option(min=0, help="Refuse if somebody decided since that version.", metavar="N"),
]


def approve(
    comment_id: CommentId, *, note: Note = "", version: Version = None, json: Json = False
) -> None:
    """Publish a comment, whatever the rules said.

    \b
    Example:
      afterword comments approve 123456789012345678
    """
    _decide(Order(comment_id, Action.APPROVE, Reason.FINE, actor(), note, version), json=json)


def reject(
    comment_id: CommentId,
    *,
    reason: Annotated[Reason, typer.Option(help="Why.")] = Reason.SPAM,
    note: Note = "",
    version: Version = None,
    json: Json = False,
) -> None:
    """Take a comment off the page, or keep it off.

    \b
    Example:
      afterword comments reject 123456789012345678 --reason offensive --note "see mail"
    """
    _decide(Order(comment_id, Action.REJECT, reason, actor(), note, version), json=json)


def undo(
    comment_id: CommentId, *, note: Note = "", version: Version = None, json: Json = False
) -> None:
    """Take the last decision on a comment back.

    \b
    Example:
      afterword comments undo 123456789012345678
    """
    _decide(Order(comment_id, Action.UNDO, Reason.MISTAKE, actor(), note, version), json=json)


def _decide(order: Order, *, json: bool) -> None:
    with opened() as container, container.database.write() as db:
        event_id = decide(db, container.ids, order)
        row = read(db, order.comment_id).comment
    if json:
        decided = {"comment": str(row.id), "state": row.state, "version": row.version}
        as_json(decided | {"event_id": str(event_id)})
    else:
        say(f"Comment {row.id} is {row.state} now (version {row.version}).")
