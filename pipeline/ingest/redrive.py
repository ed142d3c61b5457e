"""Dead deliveries, to be tried again."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from pipeline.errors import NotFoundError
from pipeline.store import ledger, log
from pipeline.store.log import Filter
from pipeline.store.tables import State

BATCH = 500
"""Events that one transaction redrives."""


def dead(db: Connection, type_: str | None = None) -> list[int]:
    """Events (of a type) with a dead delivery, oldest first."""
    return [event.id for event in log.walk(db, Filter(type=type_, state=State.DEAD))]


def check_dead(db: Connection, event_ids: Sequence[int]) -> None:
    """Raise NotFoundError for the first event that is not in the log or has no dead delivery."""
    for event_id in event_ids:
        duties = ledger.of_event(db, event_id)
        if any(duty.state == State.DEAD for duty in duties):
            continue
        if not duties and log.get(db, event_id) is None:
            raise NotFoundError(f"there is no event {event_id}")
        states = ", ".join(f"{duty.handler} is {duty.state}" for duty in duties) or "it has none"
        raise NotFoundError(f"event {event_id} has no dead delivery: {states}")


def batches(event_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids, as many at a time as one transaction takes."""
    for start in range(0, len(event_ids), BATCH):
        yield event_ids[start : start + BATCH]
