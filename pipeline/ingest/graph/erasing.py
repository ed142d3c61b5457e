"""Forgetting an account because somebody asked: all that is stored of it, and all that ever will be.

First the log, a batch at a time, as it may be long; then the tables and whatever the log got
meanwhile, in one transaction with the hash that keeps it from coming back. Cut off in between, it is
done again from the start.
"""

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.graph.blanking import BLANK, Marks, fact_of, marks, mentions, struck
from pipeline.domain.graph.facts import GraphErased
from pipeline.domain.ids import IdFactory, first_id_at, moment_of
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.erased import Erased, fold
from pipeline.store.database import Database
from pipeline.store.graph import accounts, bitmaps, erased, erasure, spans, texts, told
from pipeline.store.log import StoredEvent
from pipeline.store.own_events import announce

BATCH = 500
"""Events that one transaction reads."""
_LATE = timedelta(minutes=5)
"""An event that another process commits may be older than one that is there already."""
_ID = re.compile(r"[0-9]{1,19}|did:\S{1,120}", re.ASCII)


class Subject(NamedTuple):
    """Whom to forget."""

    network: str
    native_id: str
    handle: str | None = None
    name: str | None = None

    @property
    def marks(self) -> Marks:
        """What gives it away in a text."""
        return marks([self.native_id, self.handle], [self.name])


class Forgotten(NamedTuple):
    """What was deleted or blanked."""

    edges: int
    lists: int
    events: int
    credentials: int


def find(db: Connection, network: str, name: str) -> Subject:
    """An account by its handle, with or without @, or by its network's own id.

    An id that no table has is taken too: it may be in the log, and it must not come.
    Raises NotFoundError for a handle nobody is known by.
    """
    row = accounts.by_native(db, network, [name]).get(name)
    row = row or accounts.by_handle(db, network, name.removeprefix("@"))
    if row is not None:
        return Subject(network, row.native_id, row.handle, row.name)
    if _ID.fullmatch(name):
        return Subject(network, name)
    raise NotFoundError(f"nobody on {network} is known as {name!r}: give the account's id")


class Eraser:
    """Forgets accounts. Opens its own transactions."""

    def __init__(
        self, database: Database, erased_: Erased, ids: IdFactory, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._erased = erased_
        self._ids = ids
        self._clock = clock

    def erase(self, subject: Subject, advance: Callable[[int], None]) -> Forgotten:
        """Forget an account; `advance` is told how many events were read. Again changes nothing."""
        after, blanked = -1, 0
        while True:
            with self._database.write() as db, erasure.overwriting(db):
                batch = told.listing(db, after=after, limit=BATCH)
                blanked += _blank(db, batch, subject)
            if not batch:
                break
            after = batch[-1].id
            advance(len(batch))
        with self._database.write() as db, erasure.overwriting(db):
            erased.take_over(db)
            spans.lock(db)  # else a run that ends just now would still make edges of its pages
            since = -1 if after < 0 else first_id_at(moment_of(after) - _LATE)
            blanked += sum(_blank(db, [event], subject) for event in told.walk(db, after=since))
            return self._remove(db, subject)._replace(events=blanked)

    def _remove(self, db: Connection, subject: Subject) -> Forgotten:
        removed = erasure.Removed(0, 0)
        row = accounts.by_native(db, subject.network, [subject.native_id]).get(subject.native_id)
        if row is not None:
            bitmaps.strip(db, row.ord)
            removed = erasure.remove(db, row.ord)
        credentials = erasure.log_out(db, subject.network, subject.native_id)
        texts.rewrite(db, partial(struck, marked=subject.marks))
        self._note(db, subject)
        return Forgotten(removed.edges, removed.lists, 0, credentials)

    def _note(self, db: Connection, subject: Subject) -> None:
        """Log it and keep the hash, once."""
        who = self._erased.who(subject.network, subject.native_id)
        if erased.among(db, [who]):
            return
        event_id, fact = self._ids.next(), GraphErased(who.hex())
        announce(db, event_id, events.GRAPH_ERASED, fact, at=self._clock())
        fold(db, event_id, fact)


def _blank(db: Connection, batch: Collection[StoredEvent], subject: Subject) -> int:
    """Blank those of the events that tell of the account; how many."""
    about = [event for event in batch if _tells_of(event, subject)]
    for event in about:
        told.blank(db, event)
    return len(about)


def _tells_of(event: StoredEvent, subject: Subject) -> bool:
    if event.data == BLANK:
        return False
    fact = fact_of(event.data) if event.type != events.X_ACTIVITY else None
    if fact is not None:
        ids = {fact.follower.id, fact.followed.id}
        return fact.network == subject.network and subject.native_id in ids
    return mentions(event.data, subject.marks)
