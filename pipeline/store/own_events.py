"""Events that Afterword itself writes."""

import hashlib
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from pipeline.domain.routes import routes_for
from pipeline.store import deliveries, log
from pipeline.store.log import NewEvent

SOURCE = "afterword"
"""The source of every event Afterword itself writes."""

REMINDERS = "graph:jobs"
"""The source of events that only say that a sync job may go on: forgotten after a while."""


def own_event(
    event_id: int, type_: str, data: msgspec.Struct, *, key: str, subject: str | None
) -> NewEvent:
    """An event of Afterword's own. `key` is unique among them."""
    raw = msgspec.json.encode(data)
    return NewEvent(
        id=event_id,
        source=SOURCE,
        external_id=key,
        type=type_,
        subject=subject,
        occurred_at=None,
        data=raw.decode(),
        digest=hashlib.sha256(raw).digest(),
    )


def announce(
    db: Connection, event_id: int, type_: str, data: msgspec.Struct, *, at: datetime
) -> None:
    """Log an event of no subject, with its handlers' duties due `at` a moment.

    Without a subject a duty neither waits for others nor holds them back.
    """
    key = f"{type_}:{event_id}"
    log.insert_one(db, own_event(event_id, type_, data, key=key, subject=None))
    deliveries.add(db, [(event_id, None, routes_for(type_))], now=at)


def reminder(event_id: int, type_: str, data: msgspec.Struct, *, key: str) -> NewEvent:
    """An event that asks for a sync job's next step. `key` is unique among them."""
    return own_event(event_id, type_, data, key=key, subject=None)._replace(source=REMINDERS)


def remind(db: Connection, new: NewEvent, *, at: datetime) -> None:
    """Log a reminder, due `at` a moment, unless there is one of its key."""
    if log.append(db, [new]):
        deliveries.add(db, [(new.id, None, routes_for(new.type))], now=at)
