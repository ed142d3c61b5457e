"""Building a generation anew beside the one readers ask: fill, compare, swap.

Duties write to both while it is built. Its cursor is in the database, so a build goes on where it was
cut off.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from pipeline.domain import events
from pipeline.domain.events import PostChanged
from pipeline.domain.ids import IdFactory, moment_of
from pipeline.errors import Rejected, Transient
from pipeline.index.comparison import Comparison
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine, Outcome, Write, Written
from pipeline.index.lifecycle import Lifecycle
from pipeline.index.repair import Repairer
from pipeline.store import indexing, posts
from pipeline.store.database import Database
from pipeline.store.generations import GenerationRow
from pipeline.store.own_events import announce

PAGE = 64
"""Posts of one write: many enough for a bulk, few enough that all writers have work to the end."""
_NAMED = 20

Advance = Callable[[int], None]


class Rebuilt(NamedTuple):
    """A generation that went live. `resumed`: posts an earlier, unfinished run had passed."""

    name: str
    documents: int
    checksum: str
    resumed: int


class _Page(NamedTuple):
    """Posts on their way into the generation. `last`: the key of the last one."""

    posts: int
    last: str
    written: Future[None]


class Rebuild:
    """Builds generations. Raises Transient while the engine or another builder is in the way."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        composer: Composer,
        lifecycle: Lifecycle,
        ids: IdFactory,
    ) -> None:
        self._database = database
        self._engine = engine
        self._composer = composer
        self._lifecycle = lifecycle
        self._ids = ids
        self._repairer = Repairer(database, engine, composer)

    def run(self, advance: Advance = lambda _: None) -> Rebuilt:
        """Build a new generation, or go on with the one that was cut off, and make it live.

        `advance` is told how many posts were passed. Raises Rejected where the finished generation
        does not equal the posts; the live one stays as it is.
        """
        row = self._lifecycle.begin()
        resumed = row.written
        advance(resumed)
        try:
            row = self._fill(row, advance)
            comparison = self._checked(row, advance)
        except BaseException:
            self._lifecycle.release(row)
            raise
        self._lifecycle.promote(row, comparison)
        found = comparison.found
        return Rebuilt(row.name, found.count, found.checksum, resumed)

    def rollback(self) -> Rebuilt:
        """Bring the kept generation up to date and make it live again.

        Raises NotFoundError where none is kept, Rejected where it can't be made equal to the posts.
        """
        row = self._lifecycle.reopen()
        try:
            comparison = self._checked(row, lambda _: None)
        except BaseException:
            self._lifecycle.put_back(row)
            raise
        self._lifecycle.promote(row, comparison)
        return Rebuilt(row.name, comparison.found.count, comparison.found.checksum, resumed=0)

    def _fill(self, row: GenerationRow, advance: Advance) -> GenerationRow:
        """Write pages, as many at once as the engine works on, while the next one is read.

        The cursor passes a page when it and all before it are written.
        """
        most = self._engine.writers
        pages = self._pages(row.cursor)
        under_way: deque[_Page] = deque()
        with ThreadPoolExecutor(most, thread_name_prefix="rebuild") as threads:
            for count, last, writes in pages:
                under_way.append(_Page(count, last, threads.submit(self._write, row.name, writes)))
                if len(under_way) > most:
                    row = self._passed(row, under_way.popleft(), advance)
            while under_way:
                row = self._passed(row, under_way.popleft(), advance)
        return row

    def _passed(self, row: GenerationRow, page: _Page, advance: Advance) -> GenerationRow:
        page.written.result()
        row = self._lifecycle.hold(row, cursor=page.last, written=row.written + page.posts)
        advance(page.posts)
        return row

    def _pages(self, cursor: str) -> Iterator[tuple[int, str, list[Write]]]:
        """How many posts, the last one's key, and what is to be written of them."""
        while True:
            with self._database.read() as db:
                page = posts.walk(db, after=cursor, limit=PAGE)
                shown = [post for post in page if post.visible and post.refused is None]
                writes = self._composer.compose(db, shown)
            if not page:
                return
            cursor = page[-1].key
            yield len(page), cursor, writes

    def _write(self, name: str, writes: Sequence[Write]) -> None:
        outcomes = self._engine.write(name, writes, refresh=False)
        refused = [each for each in outcomes if each.outcome is Outcome.REFUSED]
        if refused:
            self._refuse(refused)
        busy = [each for each in outcomes if each.outcome is Outcome.BUSY]
        if busy:
            raise Transient(f"the index is too busy for {len(busy)} posts: {busy[0].reason}")

    def _refuse(self, refused: Sequence[Written]) -> None:
        """Let a post that the engine won't take end in the dead letters, by a duty of its own."""
        with self._database.write() as db:
            for each in refused:
                version = self._ids.next()
                indexing.raise_versions(db, [each.key], version=version)
                data = PostChanged(each.key, str(version))
                announce(db, version, events.POST_STORED, data, at=moment_of(version))
                indexing.mark_refused(db, each.key, version=version, reason=each.reason)

    def _checked(self, row: GenerationRow, advance: Advance) -> Comparison:
        held = row

        def alive() -> None:
            nonlocal held
            held = self._lifecycle.hold(held, cursor=held.cursor, written=held.written)
            advance(0)

        _, last = self._repairer.repair(row.name, alive)
        if last.differences:
            keys = [f"{each.key} ({each.kind})" for each in last.differences[:_NAMED]]
            more = len(last.differences) - len(keys)
            problem = f"{len(last.differences)} posts differ: {', '.join(keys)}"
            problem += f" and {more} more" if more else ""
            self._lifecycle.reject(row, problem)
            raise Rejected(f"generation {row.name} was not made live: {problem}")
        return last
