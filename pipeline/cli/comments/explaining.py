"""Saying why a comment stands where it stands."""

from typing import Annotated

import typer

from pipeline.cli.arguments import CommentId, Json
from pipeline.cli.comments.verdicts import as_dict, print_verdict, read_verdict
from pipeline.cli.formats import local
from pipeline.cli.output import as_json, say
from pipeline.cli.session import opened
from pipeline.errors import NotFoundError
from pipeline.store import audit, verdicts
from pipeline.store.verdicts import StoredVerdict


def explain(
    comment_id: CommentId,
    *,
    revision: Annotated[
        int | None, typer.Option(min=1, help="Default: the newest judged.", metavar="N")
    ] = None,
    json: Json = False,
) -> None:
    """Explain a verdict: every signal, what it found, and how the sum became a decision.

    \b
    Example:
      afterword comments explain 123456789012345678
    """
    with opened() as container, container.database.read() as db:
        found = _pick(verdicts.of_comment(db, comment_id), comment_id, revision)
        actions = audit.of_comment(db, comment_id)
    verdict = read_verdict(found)
    if json:
        about = {"comment": str(found.comment_id), "revision": found.revision}
        as_json(about | as_dict(verdict))
        return
    say(f"Comment {found.comment_id}, revision {found.revision}, judged {local(found.at)}")
    print_verdict(verdict)
    for each in actions:
        say(f"Then {each.actor} decided on {local(each.at)}: {each.action} ({each.reason}).")


def _pick(found: list[StoredVerdict], comment_id: int, revision: int | None) -> StoredVerdict:
    for verdict in found:
        if revision is None or verdict.revision == revision:
            return verdict
    which = f"revision {revision} of comment {comment_id}" if found else f"comment {comment_id}"
    raise NotFoundError(f"there is no verdict on {which}")
