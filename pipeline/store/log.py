"""The event log: append, look up, list. Rows are only ever added; erasing blanks fields in place."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, tuple_

from pipeline.domain.ids import first_id_at, moment_of
from pipeline.store.insertion import Insertion
from pipeline.store.prepared import Prepared
from pipeline.store.tables import delivery, event


class NewEvent(NamedTuple):
    """A fact about to be stored. `data` is JSON text; `digest` the SHA-256 of what was sent."""

    id: int
    source: str
    external_id: str
    type: str
    subject: str | None
    occurred_at: datetime | None
    data: str
    digest: bytes


class StoredEvent(NamedTuple):
    """A fact as the log has it."""

    id: int
    source: str
    external_id: str
    type: str
    subject: str | None
    occurred_at: datetime | None
    data: str
    digest: bytes

    @property
    def received_at(self) -> datetime:
        """When it was accepted (the id says so), aware UTC."""
        return moment_of(self.id)

    def fact(self, shape: Any) -> Any:
        """`data` as its struct. Raises msgspec.ValidationError."""
        return msgspec.json.decode(self.data, type=shape)


_COLUMNS = [event.c[name] for name in StoredEvent._fields]
_APPEND = Insertion(event, NewEvent._fields, unless=["source", "external_id"])
_BY_ID = Prepared(select(*_COLUMNS).where(event.c.id == bindparam("i")))
_INSERT_ONE = Prepared(insert(event))


_KEY = itemgetter(NewEvent._fields.index("source"), NewEvent._fields.index("external_id"))


def append(db: Connection, events: Sequence[NewEvent]) -> bool:
    """Store what is new, leave what is known; True if every one was new.

    Uniqueness of (source, external_id) decides, not a look-up, so parallel repeats are harmless.
    """
    if db.dialect.name != "sqlite":
        # In one order: two processes that store the same ids would wait for each other in a circle.
        events = sorted(events, key=_KEY)
    return _APPEND.add(db, events) == len(events)


def known(
    db: Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Id and digest of each (source, external_id) that the log holds."""
    rows = db.execute(
        select(event.c.source, event.c.external_id, event.c.id, event.c.digest).where(
            tuple_(event.c.source, event.c.external_id).in_(keys)
        )
    )
    return {(row.source, row.external_id): (row.id, row.digest) for row in rows}


def get(db: Connection, event_id: int) -> StoredEvent | None:
    """The event with this id."""
    row = _BY_ID.first(db, {"i": event_id})
    return None if row is None else StoredEvent(*row)


class Filter(NamedTuple):
    """Which events to list. `state` is a delivery's state, or "unhandled" for events without one."""

    type: str | None = None
    source: str | None = None
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    types: tuple[str, ...] = ()


def _matching(query: Select[Any], chosen: Filter) -> Select[Any]:
    if chosen.type:
        query = query.where(event.c.type == chosen.type)
    if chosen.types:
        query = query.where(event.c.type.in_(chosen.types))
    if chosen.source:
        query = query.where(event.c.source == chosen.source)
    if chosen.since:
        query = query.where(event.c.id >= first_id_at(chosen.since))
    if chosen.until:
        query = query.where(event.c.id < first_id_at(chosen.until))
    if chosen.after is not None:
        query = query.where(event.c.id > chosen.after)
    duty = select(delivery.c.event_id).where(delivery.c.event_id == event.c.id)
    if chosen.state == "unhandled":
        query = query.where(~duty.exists())
    elif chosen.state:
        query = query.where(duty.where(delivery.c.state == chosen.state).exists())
    return query


def listing(
    db: Connection, chosen: Filter, *, limit: int, newest: bool = True
) -> list[StoredEvent]:
    """Events that match, newest (or oldest) first."""
    order = event.c.id.desc() if newest else event.c.id
    rows = db.execute(_matching(select(*_COLUMNS), chosen).order_by(order).limit(limit))
    return [StoredEvent(*row) for row in rows]


def count(db: Connection, chosen: Filter) -> int:
    """How many events match."""
    matching = _matching(select(event.c.id), chosen).subquery()
    return int(db.execute(select(func.count()).select_from(matching)).scalar_one())


def walk(db: Connection, chosen: Filter, *, page: int = 1000) -> Iterator[StoredEvent]:
    """Every event that matches, oldest first, read a page at a time."""
    after = -1 if chosen.after is None else chosen.after
    while batch := listing(db, chosen._replace(after=after), limit=page, newest=False):
        yield from batch
        after = batch[-1].id


def purge(db: Connection, chosen: Filter) -> int:
    """Delete matching events and their deliveries; how many events went.

    The caller keeps it away from facts that a projection is folded from.
    """
    ids = _matching(select(event.c.id), chosen)
    db.execute(delete(delivery).where(delivery.c.event_id.in_(ids)))
    return db.execute(delete(event).where(event.c.id.in_(ids))).rowcount


def insert_one(db: Connection, new: NewEvent) -> None:
    """Store an event that is new for sure. Raises IntegrityError where it is not."""
    _INSERT_ONE.change(db, new._asdict())
