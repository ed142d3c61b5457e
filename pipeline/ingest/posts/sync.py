"""Reading a content source, and logging what changed since: `post.published` and `post.removed`.

What a survey finds is compared with the posts by content hash, so a source that tells too much costs
reading, and no write.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.ids import IdFactory
from pipeline.ingest.accept import accept
from pipeline.ingest.content.source import ContentSource
from pipeline.ingest.posts.reading import Advance, Change, Reading, Synced
from pipeline.ingest.posts.store import CONTENT
from pipeline.ingest.posts.turn import Turn
from pipeline.store import content_states, posts
from pipeline.store.database import Database
from pipeline.store.log import NewEvent, StoredEvent

Open = Callable[[], ContentSource]
"""Opens a site's content source: not before it is read, for its libraries weigh something."""


class Syncer:
    """Reads content sources. Opens no transaction while it reads one."""

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Open],
        ids: IdFactory,
        *,
        clock: Callable[[], datetime],
        lease: timedelta,
    ) -> None:
        self._database = database
        self._sources = sources
        self._ids = ids
        self._clock = clock
        self._lease = lease

    def reads(self, site: str) -> bool:
        """Whether a site has a content source."""
        return site in self._sources

    def poll(self, db: Connection, tick: StoredEvent) -> None:
        """Ask for a reading of every content source, as if its site had been built anew."""
        accept(
            db,
            [_deployed(self._ids.next(), site, tick) for site in self._sources],
            now=tick.received_at,
        )

    def run(
        self, site: str, *, afresh: bool = False, advance: Advance = lambda _done, _all: None
    ) -> Synced:
        """Log what changed on a site since the last time. `afresh`: read everything again.

        Raises KeyError for a site that has no source, Transient (the source can't be read now, or
        another process reads it) or Rejected (it never can, as it is set).
        What was found until then is logged and stays.
        """
        turn = Turn(self._database, site, clock=self._clock, lease=self._lease)
        try:
            return self._read(site, turn, afresh=afresh, advance=advance)
        finally:
            turn.give_back()

    def _read(self, site: str, turn: Turn, *, afresh: bool, advance: Advance) -> Synced:
        with self._database.read() as db:
            known = posts.known(db, site)
            state = None if afresh else content_states.get(db, site)

        def advanced(done: int, expected: int) -> None:
            turn.keep()
            advance(done, expected)

        reading = Reading(partial(self._log, site), site, known)
        finished = reading.read(self._sources[site](), state, advanced)
        if state is not None and reading.lost:
            # The source calls posts unchanged that this database does not have.
            reading = Reading(partial(self._log, site), site, known)
            finished = reading.read(self._sources[site](), None, advanced)
        synced = reading.ended(finished)
        with self._database.write() as db:
            counts = synced.counts()
            content_states.save(db, site, finished.state, now=self._clock(), counts=counts)
        return synced

    def _log(self, site: str, changes: Sequence[Change]) -> None:
        """Log changes, each once: the same change of one run has one id."""
        with self._database.write() as db:
            accept(db, [self._event(site, change) for change in changes], now=self._clock())

    def _event(self, site: str, change: Change) -> NewEvent:
        source = CONTENT + site
        raw = msgspec.json.encode(change.fact)
        event_id = self._ids.next()
        return NewEvent(
            id=event_id,
            source=source,
            external_id=f"{event_id}:{change.fact.id}",
            type=change.type,
            subject=events.subject_of(source, change.type, change.fact),
            occurred_at=None,
            data=raw.decode(),
            digest=hashlib.sha256(raw).digest(),
        )


def _deployed(event_id: int, site: str, tick: StoredEvent) -> NewEvent:
    return NewEvent(
        id=event_id,
        source=CONTENT + site,
        external_id=f"poll:{tick.id}",
        type=events.SITE_DEPLOYED,
        subject=f"site:{CONTENT}{site}",
        occurred_at=None,
        data="{}",
        digest=hashlib.sha256(b"{}").digest(),
    )
