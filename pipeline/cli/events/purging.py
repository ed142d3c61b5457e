"""Deleting old events."""

from datetime import datetime
from typing import Annotated

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json, Yes
from pipeline.cli.moments import EXPECTED, parse
from pipeline.cli.output import as_json, confirm, note, progress, say
from pipeline.cli.session import opened
from pipeline.ingest.retention import Plan, plan_purge, purge_batch


def purge(
    *,
    before: Annotated[datetime, typer.Option(parser=parse, metavar="TIME", help=EXPECTED)],
    type_: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete old events and their deliveries, for good.

    What comments are rebuilt from is kept, and so is an event that still waits for work.

    \b
    Example:
      afterword events purge --before 365d --type post.viewed
    """
    with opened() as container:
        with container.database.read() as db:
            plan = plan_purge(db, before=before, type_=type_)
        if plan.total:
            confirm(f"Delete {plan.total} events for good?", yes=yes)
        deleted = _delete(container, plan)
    left = sum(plan.left.values())
    if json:
        as_json({"deleted": deleted, "left_open": left})
        return
    say(f"{deleted} events deleted.")
    if left:
        note(
            f"{left} were left: they have open deliveries (`afterword events list --state pending`)"
        )


def _delete(container: Container, plan: Plan) -> int:
    deleted = 0
    with progress("deleting", plan.total) as advance:
        while True:
            with container.database.write() as db:
                batch = purge_batch(db, plan)
            if not batch:
                return deleted
            deleted += batch
            advance(batch)
