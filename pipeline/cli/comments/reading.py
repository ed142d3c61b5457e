"""Looking at comments."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import typer

from pipeline.cli.arguments import CommentId, Json, Limit
from pipeline.cli.formats import clean, excerpt, iso, local
from pipeline.cli.output import as_json, fields, say, table
from pipeline.cli.session import opened
from pipeline.ingest.comments.texts import Read, read, with_text
from pipeline.store import audit, comments
from pipeline.store.audit import Action
from pipeline.store.comment_tables import CommentState


def list_comments(
    *,
    state: Annotated[CommentState | None, typer.Option(help="Where they stand.")] = None,
    page: Annotated[str | None, typer.Option(help="Such as /posts/a/.", metavar="PATH")] = None,
    site: Annotated[str | None, typer.Option(help="A site of afterword.toml.")] = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List comments, newest first.

    \b
    Examples:
      afterword comments list --state held
      afterword comments list --page /posts/a/ --json
    """
    with opened() as container, container.database.read() as db:
        found = comments.listing(db, site=site, state=state, page=page, limit=limit)
        rows = [with_text(db, each) for each in found]
    if json:
        as_json([_as_dict(row) for row in rows])
    else:
        _show_list(rows)


def show(comment_id: CommentId, *, json: Json = False) -> None:
    """Show a comment: who wrote what, where it stands, and who decided so.

    \b
    Example:
      afterword comments show 123456789012345678
    """
    with opened() as container, container.database.read() as db:
        row = read(db, comment_id)
        actions = audit.of_comment(db, comment_id)
    if json:
        as_json(_as_dict(row) | {"decisions": [_action_dict(each) for each in actions]})
    else:
        _show_comment(row, actions)


def _show_list(rows: Sequence[Read]) -> None:
    table(
        ("id", "state", "received", "author", "page", "text"),
        [
            (str(c.id), c.state, local(c.received_at), c.author_name, c.page, excerpt(text))
            for c, text in rows
        ],
        empty="no comment matches",
    )


def _as_dict(row: Read) -> dict[str, Any]:
    comment, text = row
    kept = ("site", "source", "external_id", "page", "page_url", "state", "version", "revision")
    private = ("shown_revision", "ip", "user_agent")
    author = {
        "name": comment.author_name,
        "email": comment.author_email,
        "website": comment.author_website,
    }
    return {
        "id": str(comment.id),
        "parent": None if comment.parent_id is None else str(comment.parent_id),
        "author": author,
        "text": text,
        **{name: getattr(comment, name) for name in (*kept, *private)},
        "at": iso(comment.at),
        "received_at": iso(comment.received_at),
        "edited_at": iso(comment.edited_at),
    }


def _action_dict(action: Action) -> dict[str, Any]:
    return {
        "id": str(action.id),
        "actor": action.actor,
        "action": action.action,
        "reason": action.reason,
        "note": action.note,
        "before": msgspec.Raw(action.before.encode()),
        "after": msgspec.Raw(action.after.encode()),
        "at": iso(action.at),
    }


def _show_comment(row: Read, actions: Sequence[Action]) -> None:
    comment = row.comment
    shown = "nothing" if comment.shown_revision is None else f"revision {comment.shown_revision}"
    fields(
        {
            "id": str(comment.id),
            "state": f"{comment.state} (version {comment.version}); readers see {shown}",
            "page": comment.page_url,
            "author": comment.author_name,
            "e-mail": comment.author_email or "-",
            "website": comment.author_website or "-",
            "address": comment.ip or "-",
            "received": f"{local(comment.received_at)}, from {comment.source}",
            "answers": "-" if comment.parent_id is None else str(comment.parent_id),
            "text": row.text,
        }
    )
    for each in actions:
        note = f": {clean(each.note)}" if each.note else ""
        say(f"{local(each.at)}  {each.action} by {each.actor} ({each.reason}){note}")
