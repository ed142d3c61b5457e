"""Trying again what was given up."""

from typing import Annotated

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import EventIds, Json
from pipeline.cli.output import as_json, progress, say
from pipeline.cli.session import opened
from pipeline.ingest import redrive as service
from pipeline.ingest import upkeep
from pipeline.store import ledger


def redrive(
    ids: EventIds = None,
    *,
    type_: Annotated[str | None, typer.Option("--type", help="All dead ones of a type.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead ones.")] = False,
    unhandled: Annotated[
        bool, typer.Option(help="Events that came before this version knew their type.")
    ] = False,
    json: Json = False,
) -> None:
    """Try dead deliveries again, with all their attempts back.

    \b
    Examples:
      afterword events redrive 123456789012345678
      afterword events redrive --type comment.posted
    """
    if sum(map(bool, (ids, type_, everything, unhandled))) != 1:
        raise typer.BadParameter("give ids, or one of --type, --all and --unhandled")
    with opened() as container:
        count = _sweep(container) if unhandled else _redrive(container, ids, type_)
    if json:
        as_json({"redriven": count})
    else:
        say(f"{count} due again.")


def _redrive(container: Container, ids: list[int] | None, type_: str | None) -> int:
    with container.database.read() as db:
        if ids:
            service.check_dead(db, ids)
        chosen = ids or service.dead(db, type_)
    count = 0
    with progress("redriving", len(chosen)) as advance:
        for batch in service.batches(chosen):
            with container.database.write() as db:
                count += ledger.redrive(db, batch, now=container.clock())
            advance(len(batch))
    return count


def _sweep(container: Container) -> int:
    count = 0
    with progress("looking", None) as advance:
        while True:
            with container.database.write() as db:
                found = upkeep.sweep(db, now=container.clock(), retention=container.retention)
            count += found
            advance(found)
            if found < upkeep.BATCH:
                return count
