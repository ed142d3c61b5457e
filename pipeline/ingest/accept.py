"""Accepting facts: the event and its handlers' duties, in one transaction.

A fact is accepted once by a constraint. The same id with the same body is a repeat; the same id with
another body is a conflict, and nothing is overwritten.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.routes import routes_for
from pipeline.store import deliveries, log
from pipeline.store.log import NewEvent


class Status(StrEnum):
    """What became of a fact."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class Receipt(NamedTuple):
    """The answer to a fact: the id of the event that the log holds for it."""

    event_id: int
    status: Status


def accept(db: Connection, events: Sequence[NewEvent], *, now: datetime) -> list[Receipt]:
    """Store the events that are new with a delivery per route; a receipt for each, in order."""
    if log.append(db, events):
        receipts = [Receipt(event.id, Status.ACCEPTED) for event in events]
    else:
        stored = log.known(db, [(event.source, event.external_id) for event in events])
        receipts = [_receipt(event, *stored[event.source, event.external_id]) for event in events]
    fresh = [
        (event.id, event.subject, routes_for(event.type))
        for event, receipt in zip(events, receipts, strict=True)
        if receipt.status is Status.ACCEPTED
    ]
    deliveries.add(db, fresh, now=now)
    return receipts


def _receipt(event: NewEvent, stored_id: int, digest: bytes) -> Receipt:
    if stored_id == event.id:
        return Receipt(stored_id, Status.ACCEPTED)
    return Receipt(stored_id, Status.DUPLICATE if digest == event.digest else Status.CONFLICT)
