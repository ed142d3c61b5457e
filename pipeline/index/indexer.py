"""Keeping the index equal to the posts: what changed is written to every active generation.

A post is dirty while its version is above the one that was indexed. Every duty writes whatever is
dirty, its own post first: changes that come close together go in one bulk, and the duties of those
that were taken along find nothing left to do.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.events import PostChanged
from pipeline.domain.ids import IdFactory, moment_of
from pipeline.domain.search import Document
from pipeline.errors import Rejected, Transient
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine, Outcome, Write, Written
from pipeline.index.lifecycle import Lifecycle
from pipeline.store import generations, indexing, posts
from pipeline.store.database import Database
from pipeline.store.indexing import Indexed
from pipeline.store.own_events import announce
from pipeline.store.posts import PostRow

BATCH = 200
"""Posts one duty writes at most."""
AT_ONCE = 10
"""Posts that are made findable before the write returns; more wait for the engine's next refresh."""

PATIENCE_S = 1.0
"""How long a duty waits for one that is writing in the same process."""
REST = timedelta(seconds=5)
"""How long an engine is left alone that had no time, or gave no answer."""


class Batch(NamedTuple):
    """What is about to be written, and where."""

    generations: Sequence[str]
    rows: Mapping[str, PostRow]
    writes: Sequence[Write]


class Wrote(NamedTuple):
    """What became of a batch: by key, over all generations the worst outcome."""

    rows: Mapping[str, PostRow]
    writes: Mapping[str, Write]
    outcomes: Mapping[str, Written]


_WORST = (Outcome.STORED, Outcome.NEWER, Outcome.BUSY, Outcome.REFUSED)


class Indexer:
    """Writes dirty posts. Reads, closes, writes to the engine, then notes what it has done.

    One duty at a time: while the engine gives no answer, the process's other threads are for
    comments, and a busy engine is not asked the same again by every duty that waits.
    """

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        database: Database,
        engine: Engine,
        composer: Composer,
        lifecycle: Lifecycle,
        ids: IdFactory,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._engine = engine
        self._composer = composer
        self._lifecycle = lifecycle
        self._ids = ids
        self._clock = clock
        self._turn = threading.Lock()
        self._rests_until: datetime | None = None

    def follow(self, key: str | None) -> Wrote:
        """Write the post of this key and others that are dirty to every active generation.

        Raises Transient while the engine can't, or another duty waits for it. Nothing is noted yet.
        """
        with self._writing():
            return self._follow(key)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise Transient("another duty has been waiting for the index")
        try:
            if self._rests_until is not None and self._clock() < self._rests_until:
                raise Transient("the index was busy or gave no answer a moment ago")
            yield
        finally:
            self._turn.release()

    def _follow(self, key: str | None) -> Wrote:
        batch = self._collect(key)
        if batch.writes and not batch.generations:
            self._lifecycle.ensure()
            batch = self._collect(key)
        outcomes: dict[str, Written] = {}
        for name in batch.generations if batch.writes else ():
            refresh = len(batch.writes) <= AT_ONCE
            for written in self._written(name, batch.writes, refresh=refresh):
                before = outcomes.get(written.key)
                if before is None or _rank(written) > _rank(before):
                    outcomes[written.key] = written
        return Wrote(batch.rows, {write.key: write for write in batch.writes}, outcomes)

    def _written(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:
        try:
            outcomes = self._engine.write(name, writes, refresh=refresh)
        except Transient:
            self._rests_until = self._clock() + REST
            raise
        except Rejected as error:
            # The generation is gone from the engine: no fault of the posts. Have it built again.
            self._lifecycle.ensure()
            raise Transient(f"the index was not there: {error.reason}") from error
        busy = any(each.outcome is Outcome.BUSY for each in outcomes)
        self._rests_until = self._clock() + REST if busy else None
        return outcomes

    def catch_up(self, alive: Callable[[], None]) -> None:
        """Write whatever is dirty, also what no duty will come for any more, and note it.

        Raises Transient while the engine can't. `alive` is called between the batches.
        """
        while (wrote := self.follow(None)).outcomes:
            with self._database.write_relaxed() as db:
                self.note(db, wrote)
            failed = failure(wrote, None)
            if failed is not None:
                raise failed
            alive()

    def note(self, db: Connection, wrote: Wrote) -> None:
        """Note what the index has now, and ask for another round for what changed meanwhile."""
        outcomes = wrote.outcomes.values()
        stored = [each.key for each in outcomes if each.outcome is Outcome.STORED]
        indexing.mark_indexed(db, [_indexed(wrote.writes[key]) for key in stored])
        for written in outcomes:
            row = wrote.rows[written.key]
            if written.outcome is Outcome.REFUSED:
                indexing.mark_refused(db, row.key, version=row.version, reason=written.reason)
            elif written.outcome is Outcome.NEWER:
                self._overtake(db, row)
        for row in indexing.still_dirty(db, list(wrote.outcomes)):
            if wrote.outcomes[row.key].outcome is not Outcome.BUSY:
                event_id = self._ids.next()
                data = PostChanged(row.key, str(row.version))
                announce(db, event_id, events.POST_STORED, data, at=moment_of(event_id))

    def _collect(self, key: str | None) -> Batch:
        with self._database.read() as db:
            own = posts.get(db, key) if key else None
            rows = [own] if own is not None and own.is_dirty else []
            rows += indexing.dirty(db, limit=BATCH - len(rows), but=[row.key for row in rows])
            names = generations.active(db, self._engine.kind)
            return Batch(names, {row.key: row for row in rows}, self._composer.compose(db, rows))

    def _overtake(self, db: Connection, row: PostRow) -> None:
        """The index has a newer version. If nobody here wrote it, this database was set back."""
        now = posts.get(db, row.key, lock=True)
        if now is not None and now.version == row.version and now.is_dirty:
            indexing.raise_versions(db, [row.key], version=self._ids.next())


def failure(wrote: Wrote, key: str | None) -> Rejected | Transient | None:
    """How a duty must end: dead for its own poisoned post, parked while the engine is busy."""
    own = wrote.outcomes.get(key or "")
    if own is not None and own.outcome is Outcome.REFUSED:
        return Rejected(f"the index refuses post {own.key}: {own.reason}")
    busy = [each for each in wrote.outcomes.values() if each.outcome is Outcome.BUSY]
    if busy:
        return Transient(f"the index is too busy for {len(busy)} posts: {busy[0].reason}")
    return None


def _rank(written: Written) -> int:
    return _WORST.index(written.outcome)


def _indexed(write: Write) -> Indexed:
    digest = write.digest if isinstance(write, Document) else None
    return Indexed(write.key, write.version, None if digest is None else bytes.fromhex(digest))
