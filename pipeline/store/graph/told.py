"""What the log tells of accounts: found without reading the rest of it, and blanked in place."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select, update

from pipeline.store.log import StoredEvent
from pipeline.store.tables import TELLS_OF_ACCOUNTS, delivery, event

_COLUMNS = [event.c[name] for name in StoredEvent._fields]


def listing(db: Connection, *, after: int, limit: int) -> list[StoredEvent]:
    """Events that may hold profiles, oldest first, from the first after an id."""
    query = select(*_COLUMNS).where(TELLS_OF_ACCOUNTS, event.c.id > after)
    return [StoredEvent(*row) for row in db.execute(query.order_by(event.c.id).limit(limit))]


def newest(db: Connection) -> int:
    """The id of the newest of them; -1 where there is none."""
    query = select(func.max(event.c.id)).where(TELLS_OF_ACCOUNTS)
    found: int | None = db.execute(query).scalar()
    return -1 if found is None else found


def walk(db: Connection, *, after: int = -1, page: int = 500) -> Iterator[StoredEvent]:
    """All of them after an id, read a page at a time."""
    while batch := listing(db, after=after, limit=page):
        yield from batch
        after = batch[-1].id


def set_data(db: Connection, event_id: int, data: str) -> None:
    """Say something else in an event's place. Its digest stays: a repeat is known as one."""
    db.execute(update(event).where(event.c.id == event_id).values(data=data))


def set_names(db: Connection, event_id: int, *, external_id: str, subject: str | None) -> None:
    """Call an event something else, and its deliveries too."""
    values = {"external_id": external_id, "subject": subject}
    db.execute(update(event).where(event.c.id == event_id).values(values))
    db.execute(update(delivery).where(delivery.c.event_id == event_id).values(subject=subject))
