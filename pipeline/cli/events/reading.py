"""Looking into the log."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

from pipeline.cli.arguments import EventId, Json, Limit
from pipeline.cli.formats import iso, local
from pipeline.cli.moments import EXPECTED, parse
from pipeline.cli.output import as_json, fields, say, table
from pipeline.cli.session import opened
from pipeline.errors import NotFoundError
from pipeline.ingest import duties
from pipeline.store import ledger, log
from pipeline.store.ledger import Settling
from pipeline.store.log import Filter, StoredEvent

Row = tuple[StoredEvent, str]


class EventState(StrEnum):
    """A delivery's state, or that there is none and nobody knows the type."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    UNHANDLED = "unhandled"


Moment = Annotated[datetime | None, typer.Option(parser=parse, metavar="TIME", help=EXPECTED)]


def list_events(  # noqa: PLR0913 - one parameter per option
    *,
    type_: Annotated[str | None, typer.Option("--type", help="Such as comment.posted.")] = None,
    source: Annotated[str | None, typer.Option(help="Who sent it.")] = None,
    state: Annotated[EventState | None, typer.Option(help="Of its deliveries.")] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List events, newest first.

    \b
    Examples:
      afterword events list --state dead
      afterword events list --type comment.posted --since 2d --limit 200
    """
    chosen = Filter(type_, source, state, since, until)
    with opened() as container, container.database.read() as db:
        found = duties.listing(db, chosen, limit=limit)
        rows = [(event, duties.state_of(db, event)) for event in found]
    if json:
        as_json([_as_dict(event, state) for event, state in rows])
    else:
        _show_list(rows)


def show(event_id: EventId, *, json: Json = False) -> None:
    """Show an event: what it said, and what became of it.

    \b
    Example:
      afterword events show 123456789012345678
    """
    with opened() as container, container.database.read() as db:
        event = log.get(db, event_id)
        if event is None:
            raise NotFoundError(f"there is no event {event_id}")
        state = duties.state_of(db, event)
        settlings = ledger.of_event(db, event_id)
    if json:
        as_json(_whole(event, state, settlings))
    else:
        _show_event(event, state, settlings)


def _show_list(rows: Sequence[Row]) -> None:
    table(
        ("id", "received", "type", "source", "state", "subject"),
        [
            (str(e.id), local(e.received_at), e.type, e.source, state, e.subject or "-")
            for e, state in rows
        ],
        empty="no event matches",
    )


def _as_dict(event: StoredEvent, state: str) -> dict[str, Any]:
    return {
        "id": str(event.id),
        "type": event.type,
        "source": event.source,
        "external_id": event.external_id,
        "subject": event.subject,
        "state": state,
        "received_at": iso(event.received_at),
        "occurred_at": iso(event.occurred_at),
    }


def _whole(event: StoredEvent, state: str, settlings: Sequence[Settling]) -> dict[str, Any]:
    duties = [
        each._asdict()
        | {
            "event_id": str(each.event_id),
            "next_at": iso(each.next_at),
            "lease_until": iso(each.lease_until),
        }
        for each in settlings
    ]
    data = msgspec.Raw(event.data.encode())
    return _as_dict(event, state) | {"deliveries": duties, "data": data}


def _show_event(event: StoredEvent, state: str, settlings: Sequence[Settling]) -> None:
    fields(
        {
            "id": str(event.id),
            "type": event.type,
            "source": event.source,
            "external id": event.external_id,
            "subject": event.subject or "-",
            "received": local(event.received_at),
            "occurred": local(event.occurred_at),
            "state": state,
        }
    )
    for each in settlings:
        say(f"\n{each.handler} (queue {each.queue}): {each.state}, attempts: {each.attempts}")
        if each.state == EventState.PENDING:
            say(f"  next attempt: {local(each.next_at)}")
        if each.last_error:
            fields({"  last error": each.last_error})
    fields({"\ndata": "\n" + msgspec.json.format(event.data, indent=2)})
