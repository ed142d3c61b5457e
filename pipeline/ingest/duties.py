"""An event's state in a word, from its deliveries."""

from sqlalchemy import Connection

from pipeline.domain.events import INTERNAL
from pipeline.domain.routes import ROUTES
from pipeline.store import cleanup, ledger, log
from pipeline.store.log import Filter, StoredEvent
from pipeline.store.tables import State

UNHANDLED = "unhandled"


def state_of(db: Connection, event: StoredEvent) -> str:
    """ "dead" before "pending" before "done"; without a delivery, what that means."""
    states = {duty.state for duty in ledger.of_event(db, event.id)}
    for state in (State.DEAD, State.PENDING, State.DONE):
        if state in states:
            return state
    return state_without_duty(event.type)


def state_without_duty(type_: str) -> str:
    """What it means that an event of this type has no delivery.

    "recorded": Afterword's own fact, applied when it was logged. "settled": done so long ago that
    its deliveries are forgotten. "unhandled": nobody knows what to do with it yet.
    """
    if type_ in INTERNAL:
        return "recorded"
    return "settled" if type_ in ROUTES else UNHANDLED


def listing(db: Connection, chosen: Filter, *, limit: int) -> list[StoredEvent]:
    """Events that match, newest first; the state "unhandled" is `state_without_duty`'s."""
    if chosen.state != UNHANDLED:
        return log.listing(db, chosen, limit=limit)
    names = [chosen.type] if chosen.type else cleanup.types(db)
    found = []
    for name in names:
        if state_without_duty(name) == UNHANDLED:
            found += log.listing(db, chosen._replace(type=name), limit=limit)
    return sorted(found, key=lambda event: -event.id)[:limit]
