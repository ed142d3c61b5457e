"""The life of a generation: begun, held by its builder, made live, kept for a rollback, swept."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.events import IndexRebuild
from pipeline.domain.ids import IdFactory
from pipeline.errors import NotFoundError, Transient
from pipeline.index.comparison import Comparison
from pipeline.index.engine import Engine
from pipeline.store import generations, posts
from pipeline.store.database import Database
from pipeline.store.generations import GenerationRow
from pipeline.store.own_events import announce
from pipeline.store.post_tables import GenerationState


class Lifecycle:
    """Moves generations on, in the database and in the engine, so that a crash leaves no doubt.

    The engine's word counts for which one is live: that is what readers get. `lease` is how long a
    builder may be silent before another goes on with its work.
    """

    def __init__(
        self,
        database: Database,
        engine: Engine,
        ids: IdFactory,
        *,
        clock: Callable[[], datetime],
        lease: timedelta,
    ) -> None:
        self._database = database
        self._engine = engine
        self._ids = ids
        self._clock = clock
        self._lease = lease

    def ensure(self) -> None:
        """Ask for a build where the engine has no live generation and none is being built."""
        self.settle()
        kind = self._engine.kind
        with self._database.write() as db:
            if not generations.active(db, kind):
                self._add(db)
                reason = IndexRebuild(f"{kind} has no index yet")
                announce(db, self._ids.next(), events.INDEX_REBUILD, reason, at=self._clock())
        self._create_missing()

    def begin(self) -> GenerationRow:
        """Become the builder of the generation that is being built, or of a new one.

        Raises Transient while another process builds.
        """
        self.settle()
        now = self._clock()
        with self._database.write() as db:
            found = generations.in_state(db, self._engine.kind, GenerationState.BUILDING)
            if found is not None and found.fingerprint != self._engine.fingerprint:
                self._fail(db, found.name, "the schema changed before it was finished")
                found = None
            name = found.name if found else self._add(db)
            if not generations.take(db, name, now=now, until=now + self._lease):
                raise Transient("another process is building the index", delay=15)
            row = generations.get(db, name)
        self._engine.create(name)
        if row is None:
            raise NotFoundError(f"generation {name} is gone")
        return row

    def hold(self, row: GenerationRow, *, cursor: str, written: int) -> GenerationRow:
        """Stay its builder and note how far it is. Raises Transient when another took over."""
        until = self._clock() + self._lease
        with self._database.write_relaxed() as db:
            held = row.builder_until
            if held is None or not generations.renew(db, row.name, held=held, until=until):
                raise Transient("another process took over building the index")
            generations.change(db, row.name, cursor=cursor, written=written)
        return row._replace(cursor=cursor, written=written, builder_until=until)

    def release(self, row: GenerationRow) -> None:
        """Let another process go on with it at once."""
        with self._database.write_relaxed() as db:
            if row.builder_until is not None:
                generations.renew(db, row.name, held=row.builder_until, until=self._clock())

    def promote(self, row: GenerationRow, comparison: Comparison) -> None:
        """Make a finished generation live, and keep the one before it."""
        with self._database.write() as db:
            count, checksum = comparison.expected.count, comparison.expected.checksum
            generations.change(db, row.name, expected=count, checksum=checksum)
        self._engine.promote(row.name)
        # Not before: a build that is cut off here goes on, and is no rollback that was put down.
        with self._database.write() as db:
            generations.change(db, row.name, finished_at=self._clock())
        self.settle()
        self.sweep()

    def reject(self, row: GenerationRow, problem: str) -> None:
        """Give a generation up: it does not equal the posts."""
        with self._database.write() as db:
            self._fail(db, row.name, problem)

    def reopen(self) -> GenerationRow:
        """The newest kept generation, to be brought up to date and made live again.

        Raises NotFoundError where none is kept, Transient while one is being built.
        """
        self.settle()
        with self._database.write() as db:
            if generations.in_state(db, self._engine.kind, GenerationState.BUILDING):
                raise Transient("a generation is being built: wait until it is done")
            kept = generations.in_state(db, self._engine.kind, GenerationState.KEPT)
            if kept is None:
                raise NotFoundError("no earlier generation is kept: there is nothing to go back to")
            until = self._clock() + self._lease
            generations.change(
                db, kept.name, state=GenerationState.BUILDING, builder_until=until, problem=None
            )
        return kept._replace(builder_until=until)

    def put_back(self, row: GenerationRow) -> None:
        """Keep it on: it could not be made live again now."""
        with self._database.write() as db:
            now = generations.get(db, row.name)
            if now is not None and now.state == GenerationState.BUILDING:
                _keep(db, row)

    def settle(self) -> None:
        """Make the rows say what the engine has: a crash may have come between the two."""
        there = {each.name: each for each in self._engine.generations()}
        live = next((each.name for each in there.values() if each.live), None)
        with self._database.write() as db:
            for row in generations.listing(db, self._engine.kind):
                if row.name == live and row.state != GenerationState.LIVE:
                    generations.change(db, row.name, state=GenerationState.LIVE, builder_until=None)
                elif row.name != live and row.state == GenerationState.LIVE:
                    state = GenerationState.KEPT if row.name in there else GenerationState.FAILED
                    held = posts.counts(db).following
                    generations.change(db, row.name, state=state, expected=held)
                elif row.name in there and self._was_put_down(row):
                    _keep(db, row)

    def _was_put_down(self, row: GenerationRow) -> bool:
        """Whether a rollback to it was cut off: it had been live, and nobody works on it."""
        over = row.builder_until is None or row.builder_until <= self._clock()
        return row.state == GenerationState.BUILDING and row.finished_at is not None and over

    def sweep(self) -> None:
        """Drop what nobody needs: failed builds, all but the newest kept one, and orphans."""
        with self._database.read() as db:
            rows = generations.listing(db, self._engine.kind)
        kept = [row.name for row in rows if row.state == GenerationState.KEPT]
        failed = [row.name for row in rows if row.state == GenerationState.FAILED]
        orphans = {each.name for each in self._engine.generations() if not each.live}
        doomed = set(failed) | set(kept[:-1]) | (orphans - {row.name for row in rows})
        for name in sorted(doomed):
            self._engine.drop(name)
        with self._database.write_relaxed() as db:
            # The newest failure stays listed, with its reason.
            generations.forget(db, [*kept[:-1], *failed[:-1]])

    def _add(self, db: Connection) -> str:
        now = self._clock()
        fingerprint = self._engine.fingerprint
        # Lower case, as Elasticsearch's names must be; it sorts by time.
        name = f"{now:%Y%m%dt%H%M%S}{now.microsecond // 1000:03}-{fingerprint[:8]}"
        generations.add(db, name, self._engine.kind, fingerprint, now=now)
        return name

    def _create_missing(self) -> None:
        with self._database.read() as db:
            names = generations.active(db, self._engine.kind)
        there = {each.name for each in self._engine.generations()}
        for name in names:
            if name not in there:
                self._engine.create(name)

    @staticmethod
    def _fail(db: Connection, name: str, problem: str) -> None:
        generations.change(
            db, name, state=GenerationState.FAILED, problem=problem, builder_until=None
        )


def _keep(db: Connection, row: GenerationRow) -> None:
    generations.change(db, row.name, state=GenerationState.KEPT, builder_until=None)
