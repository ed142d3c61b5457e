"""Making a generation equal to the posts where a comparison found that it is not."""

from collections.abc import Callable, Sequence

from pipeline.domain.search import Tombstone
from pipeline.errors import Transient
from pipeline.index.comparison import Comparison, Difference, compare
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine, Outcome
from pipeline.store import indexing, posts
from pipeline.store.database import Database

ROUNDS = 5
_BATCH = 200


class Repairer:
    """Writes what differs again, and reads back whether it helped."""

    def __init__(self, database: Database, engine: Engine, composer: Composer) -> None:
        self._database = database
        self._engine = engine
        self._composer = composer

    def repair(
        self, name: str, alive: Callable[[], None] = lambda: None
    ) -> tuple[Comparison, Comparison]:
        """Compare and mend until both sides are equal, ROUNDS times at most.

        The first comparison (the drift there was), and the last one (what could not be mended).
        Posts that change meanwhile are followed by their own duties and count as equal. `alive` is
        called after each page that was read.
        """
        first = last = self._compare(name, alive)
        for _ in range(ROUNDS):
            if not last.differences:
                break
            alive()
            self._mend(name, last.differences)
            last = self._compare(name, alive)
        last.differences = [each for each in last.differences if not self._moves(each)]
        return first, last

    def _compare(self, name: str, alive: Callable[[], None]) -> Comparison:
        return compare(self._database, self._engine, self._composer, name, alive=alive)

    def _mend(self, name: str, differences: Sequence[Difference]) -> None:
        for start in range(0, len(differences), _BATCH):
            part = {each.key: each for each in differences[start : start + _BATCH]}
            self._raise_overtaken(part)
            with self._database.read() as db:
                rows = posts.by_keys(db, list(part))
                writes = self._composer.compose(db, list(rows.values()))
            # An entry of a post that was never heard of: from a database since restored or purged.
            unknown = [each.found for key, each in part.items() if key not in rows and each.found]
            writes += [Tombstone(entry.key, entry.version + 1) for entry in unknown]
            busy = [
                written
                for written in self._engine.write(name, writes, refresh=True)
                if written.outcome is Outcome.BUSY
            ]
            if busy:
                raise Transient(f"the index is too busy: {busy[0].reason}")

    def _raise_overtaken(self, part: dict[str, Difference]) -> None:
        """An entry of the same or a newer version with other content would refuse the right one."""
        with self._database.write_relaxed() as db:
            for key, row in posts.by_keys(db, list(part)).items():
                found = part[key].found
                if found is not None and found.version >= row.version:
                    indexing.raise_versions(db, [key], version=found.version + 1)

    def _moves(self, difference: Difference) -> bool:
        """Whether the post is about to be written anyway."""
        with self._database.read() as db:
            row = posts.get(db, difference.key)
        return row is not None and row.is_dirty and row.refused is None
