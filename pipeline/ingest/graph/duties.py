"""What X's developer policy asks of whoever stores profiles: within 24 hours after an account is
deleted, suspended or protected, what it showed goes.

Kept are its native id and its edges: without the id nobody would know it again when it comes back,
and its return would count as a new follower; without the edges the lists' past would change.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from pipeline.domain import events
from pipeline.domain.graph.blanking import (
    BLANK,
    Marks,
    encoded,
    fact_of,
    marks,
    mentions,
    struck,
    without_names,
)
from pipeline.store.database import Database
from pipeline.store.graph import erasure, profile_purge, texts, told
from pipeline.store.graph.profile_purge import Gone
from pipeline.store.log import StoredEvent

BATCH = 500
"""Events, or accounts, that one transaction works."""
LARGEST = 50_000
"""Accounts that one run takes on; the next does the rest."""


class Complied(NamedTuple):
    """Profiles that were purged, and events in which names were blanked."""

    profiles: int
    events: int


class _Leaving(NamedTuple):
    ids: Mapping[str, Collection[str]]
    """By network."""
    marked: Marks
    handles: Marks


class Duties:
    """Purges what the networks say is gone. Opens its own transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def comply(self, renew: Callable[[], None] = lambda: None) -> Complied:
        """Purge what is due: the log first, so that a run that is cut off finds the same again.

        `renew` is called between transactions.
        """
        with self._database.read() as db:
            gone = profile_purge.due(db, limit=LARGEST)
        if not gone:
            return Complied(0, 0)
        leaving = _leaving(gone)
        blanked = self._shorten(leaving, renew)
        with self._database.write_relaxed() as db, erasure.overwriting(db):
            texts.rewrite(db, partial(struck, marked=leaving.handles))
        return Complied(self._purge([each.ord for each in gone], renew), blanked)

    def _shorten(self, leaving: _Leaving, renew: Callable[[], None]) -> int:
        after, count = -1, 0
        while True:
            with self._database.read() as db:
                batch = told.listing(db, after=after, limit=BATCH)
            if not batch:
                return count
            after = batch[-1].id
            short = [(event, data) for event in batch if (data := _short(event, leaving))]
            if short:
                with self._database.write_relaxed() as db, erasure.overwriting(db):
                    for event, data in short:
                        told.shorten(db, event, data)
            count += len(short)
            renew()

    def _purge(self, ords: Sequence[int], renew: Callable[[], None]) -> int:
        count = 0
        for start in range(0, len(ords), BATCH):
            with self._database.write_relaxed() as db, erasure.overwriting(db):
                count += profile_purge.purge(db, ords[start : start + BATCH])
            renew()
        return count


def _leaving(gone: Sequence[Gone]) -> _Leaving:
    ids: dict[str, set[str]] = {}
    for each in gone:
        ids.setdefault(each.network, set()).add(each.native_id)
    handles = [each.handle for each in gone]
    known = [*handles, *(each.native_id for each in gone)]
    return _Leaving(ids, marks(known, (each.name for each in gone)), marks(handles, ()))


def _short(event: StoredEvent, leaving: _Leaving) -> str | None:
    """What the event may still say; None where it need not say less."""
    if event.data == BLANK:
        return None
    if event.type == events.X_ACTIVITY:
        return BLANK if mentions(event.data, leaving.marked) else None
    fact = fact_of(event.data)
    if fact is None:
        return None
    short = without_names(fact, leaving.ids.get(fact.network, ()))
    return None if short == fact else encoded(short)
