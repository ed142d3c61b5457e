"""Reading a content source, and logging what changed since: `post.published` and `post.removed`.

What a survey finds is compared with the posts by content hash, so a source that tells too much costs
reading, and no write.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.events import PostRemoved
from pipeline.domain.ids import IdFactory
from pipeline.domain.posts.post import Post
from pipeline.errors import Rejected, Transient
from pipeline.ingest.accept import accept
from pipeline.ingest.content.source import (
    ContentSource,
    Finished,
    Found,
    Refused,
    State,
    Unchanged,
    Withheld,
)
from pipeline.ingest.posts.document import build
from pipeline.ingest.posts.store import CONTENT
from pipeline.store import content_states, posts
from pipeline.store.database import Database
from pipeline.store.log import NewEvent, StoredEvent
from pipeline.store.posts import Known

BATCH = 100
"""Events that are logged in one commit."""

Open = Callable[[], ContentSource]
"""Opens a site's content source: not before it is read, for its libraries weigh something."""

Advance = Callable[[int, int], None]
"""Told after each post: how many were passed, and how many there will be."""


class Synced(NamedTuple):
    """What a sync found. `withheld`: drafts and the like."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    withheld: int = 0
    refused: tuple[Refused, ...] = ()

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {name: len(v) if isinstance(v, tuple) else v for name, v in self._asdict().items()}


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
        turn = _Turn(self._database, site, clock=self._clock, lease=self._lease)
        try:
            return self._read(site, turn, afresh=afresh, advance=advance)
        finally:
            turn.give_back()

    def _read(self, site: str, turn: "_Turn", *, afresh: bool, advance: Advance) -> Synced:
        with self._database.read() as db:
            known = posts.known(db, site)
            state = None if afresh else content_states.get(db, site)

        def advanced(done: int, expected: int) -> None:
            turn.keep()
            advance(done, expected)

        survey = _Survey(self, site, known)
        finished = survey.read(self._sources[site](), state, advanced)
        if state is not None and survey.lost:
            # The source calls posts unchanged that this database does not have.
            survey = _Survey(self, site, known)
            finished = survey.read(self._sources[site](), None, advanced)
        synced = survey.ended(finished)
        with self._database.write() as db:
            counts = synced.counts()
            content_states.save(db, site, finished.state, now=self._clock(), counts=counts)
        return synced

    def log(self, site: str, changes: "Sequence[Change]") -> None:
        """Log changes, each once: the same change of one run has one id."""
        with self._database.write() as db:
            accept(db, [self._event(site, change) for change in changes], now=self._clock())

    def _event(self, site: str, change: "Change") -> NewEvent:
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


class Change(NamedTuple):
    """A fact about to be logged."""

    type: str
    fact: Post | PostRemoved


class _Turn:
    """A lease on reading a site: two at once would log every change twice."""

    def __init__(
        self, database: Database, site: str, *, clock: Callable[[], datetime], lease: timedelta
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._lease = lease
        now = clock()
        self._until = now + lease
        with database.write() as db:
            if not content_states.take(db, site, now=now, until=self._until):
                raise Transient(f"another process is reading {site}", delay=30)

    def keep(self) -> None:
        """Keep the lease, when half of it has passed."""
        now = self._clock()
        if self._until - now > self._lease / 2:
            return
        held, self._until = self._until, now + self._lease
        with self._database.write_relaxed() as db:
            if not content_states.renew(db, self._site, held=held, until=self._until):
                raise Transient(f"another process took over reading {self._site}")

    def give_back(self) -> None:
        """Let others read."""
        with self._database.write_relaxed() as db:
            content_states.renew(db, self._site, held=self._until, until=None)


class _Survey:
    """One reading of a source: what it says, against what is known."""

    def __init__(self, syncer: Syncer, site: str, known: Mapping[str, Known]) -> None:
        self._syncer = syncer
        self._site = site
        self._known = known
        self._seen: set[str] = set()
        self._changes: list[Change] = []
        self._synced = Synced()
        self._refused: list[Refused] = []
        self.lost = False

    def read(self, source: ContentSource, state: State | None, advance: Advance) -> Finished:
        survey = source.survey(state)
        for passed, item in enumerate(survey.items):
            if isinstance(item, Finished):
                return item
            self._take(item)
            if len(self._changes) >= BATCH:
                self._log()
            advance(passed + 1, survey.expected)
        raise Rejected("the content source ended without saying that it was read whole")

    def ended(self, finished: Finished) -> Synced:
        """Log the rest: what is not there any more, where the source can tell."""
        if finished.complete:
            for post_id in sorted(self._known.keys() - self._seen):
                self._remove(post_id)
        self._log()
        return self._synced._replace(refused=tuple(self._refused))

    def _take(self, item: Found | Unchanged | Withheld | Refused) -> None:
        match item:
            case Found(post=post):
                self._seen.add(post.id)
                self._found(post)
            case Unchanged(id=post_id):
                self._seen.add(post_id)
                known = self._known.get(post_id)
                self.lost = self.lost or known is None or known.removed
                self._count("unchanged")
            case Withheld(id=post_id):
                self._seen.add(post_id)
                self._remove(post_id)
                self._count("withheld")
            case Refused(id=post_id):
                self._seen.update({post_id} if post_id else ())
                self._refused.append(item)

    def _found(self, post: Post) -> None:
        known = self._known.get(post.id)
        if known is None or known.removed:
            self._count("added")
        elif (known.digest, known.expires_at) != (build(self._site, post).digest, post.expires_at):
            self._count("changed")
        else:
            self._count("unchanged")
            return
        self._changes.append(Change(events.POST_PUBLISHED, post))

    def _remove(self, post_id: str) -> None:
        known = self._known.get(post_id)
        if known is not None and not known.removed:
            self._count("removed")
            self._changes.append(Change(events.POST_REMOVED, PostRemoved(post_id)))

    def _count(self, name: str) -> None:
        self._synced = self._synced._replace(**{name: getattr(self._synced, name) + 1})

    def _log(self) -> None:
        if self._changes:
            self._syncer.log(self._site, self._changes)
            self._changes = []
