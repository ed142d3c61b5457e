"""What the log tells of accounts: found without reading the rest of it, and blanked in place."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select, update

from pipeline.domain.graph.blanking import BLANK
from pipeline.store.log import StoredEvent
from pipeline.store.own_events import REMINDERS
from pipeline.store.tables import TELLS_OF_ACCOUNTS, delivery
from pipeline.store.tables import event as _event

_COLUMNS = [_event.c[name] for name in StoredEvent._fields]


def listing(db: Connection, *, after: int, limit: int) -> list[StoredEvent]:
    """Events that may hold profiles, oldest first, from the first after an id."""
    query = select(*_COLUMNS).where(TELLS_OF_ACCOUNTS, _event.c.id > after)
    return [StoredEvent(*row) for row in db.execute(query.order_by(_event.c.id).limit(limit))]


def walk(db: Connection, *, after: int = -1, page: int = 500) -> Iterator[StoredEvent]:
    """All of them after an id, read a page at a time."""
    while batch := listing(db, after=after, limit=page):
        yield from batch
        after = batch[-1].id


def shorten(db: Connection, event: StoredEvent, data: str) -> None:
    """Say less in an event's place, unless somebody changed it since it was read.

    Its digest stays: a repeat is known as one.
    """
    same = (_event.c.id == event.id, _event.c.data == event.data)
    db.execute(update(_event).where(*same).values(data=data))


def blank(db: Connection, event: StoredEvent) -> None:
    """Leave nothing of what an event said, nor of what it was called by its sender.

    Its id there may name an account, as its subject does. A repeat is then taken for news, and is
    blanked in its turn.
    """
    external_id = f"erased:{event.id}"
    values = {"data": BLANK, "external_id": external_id, "subject": None}
    db.execute(update(_event).where(_event.c.id == event.id).values(values))
    # One that a worker is settling just now is locked, and that worker waits for who is erasing: it
    # blanks the event itself as soon as it may.
    free = select(delivery.c.event_id).where(delivery.c.event_id == event.id)
    free = free.with_for_update(skip_locked=True)
    db.execute(update(delivery).where(delivery.c.event_id.in_(free)).values(subject=None))


def rename_credential(db: Connection, name: str, other: str) -> None:
    """Name another credential in reminders of sync jobs: a name may be its owner's handle."""
    e, old = _event.c, msgspec.json.encode(name).decode()
    named = (e.source == REMINDERS, e.data.contains(old, autoescape=True))
    for id_, data in db.execute(select(e.id, e.data).where(*named)).all():
        values = {"data": data.replace(old, f'"{other}"'), "external_id": f"erased:{id_}"}
        db.execute(update(_event).where(e.id == id_).values(values))
