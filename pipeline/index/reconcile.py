"""Comparing the live generation with the posts at regular times, and mending what differs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.domain.ids import moment_of
from pipeline.index.comparison import Comparison, Difference
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine
from pipeline.index.indexer import Indexer
from pipeline.index.lifecycle import Lifecycle
from pipeline.index.repair import Repairer
from pipeline.store import generations, posts
from pipeline.store.database import Database
from pipeline.store.post_tables import GenerationState

TOMBSTONES_KEPT = timedelta(days=7)
"""Far longer than any duty can wait with an old version in its hands."""
_BATCH = 500


class Reconciled(NamedTuple):
    """What a reconcile found in the live generation, and what it could not mend."""

    generation: str
    documents: int
    drift: tuple[Difference, ...]
    left: tuple[Difference, ...]
    purged: int
    renewed: int
    """Posts that this version reads otherwise than the one before."""


Renew = Callable[[Callable[[], None]], int]
"""Brings the posts' documents up to this version's rules: `pipeline.ingest.posts.renewal`."""


class Reconciler:
    """Mends the live generation."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        database: Database,
        engine: Engine,
        composer: Composer,
        lifecycle: Lifecycle,
        indexer: Indexer,
        *,
        renew: Renew,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._engine = engine
        self._lifecycle = lifecycle
        self._indexer = indexer
        self._renew = renew
        self._clock = clock
        self._repairer = Repairer(database, engine, composer)

    def run(self, alive: Callable[[], None] = lambda: None) -> Reconciled | None:
        """Compare and mend; None where nothing is live yet (a build is asked for then).

        `alive` is called between the parts of the work.
        """
        renewed = self._renew(alive)
        self._lifecycle.ensure()
        kind = self._engine.kind
        with self._database.read() as db:
            live = generations.in_state(db, kind, GenerationState.LIVE)
        if live is None:
            return None
        self._indexer.catch_up(alive)
        first, last = self._repairer.repair(live.name, alive)
        purged = self._purge(live.name, last)
        with self._database.write_relaxed() as db:
            now = self._clock()
            generations.change(db, live.name, reconciled_at=now, drift=len(first.differences))
        drift, left = tuple(first.differences), tuple(last.differences)
        return Reconciled(live.name, last.found.count, drift, left, purged, renewed)

    def _purge(self, name: str, comparison: Comparison) -> int:
        """Take out tombstones that no late write can be behind any more. Versions tell their time."""
        horizon = self._clock() - TOMBSTONES_KEPT
        old = [t.key for t in comparison.tombstones if moment_of(t.version) < horizon]
        for start in range(0, len(old), _BATCH):
            part = old[start : start + _BATCH]
            with self._database.read() as db:
                back = {key for key, row in posts.by_keys(db, part).items() if row.visible}
            self._engine.purge(name, [key for key in part if key not in back])
        return len(old)
