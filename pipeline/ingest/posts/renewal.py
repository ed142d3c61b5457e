"""Bringing documents up to the rules of this version: those that an older builder made."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pipeline.domain.posts.plain import BUILDER
from pipeline.ingest.posts.store import PostKeeper
from pipeline.store import log, posts
from pipeline.store.database import Database
from pipeline.store.posts import PostRow

_PAGE = 50
"""Posts made anew in one transaction, and between two signs of life: some 0.2 s of work."""


class Renewal:
    """Makes documents anew from the events they were made of; no sender is asked again."""

    def __init__(
        self, database: Database, keeper: PostKeeper, *, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._keeper = keeper.silent()
        self._clock = clock

    def run(self, alive: Callable[[], None] = lambda: None) -> int:
        """Renew what an older builder made; how many posts read otherwise now.

        They are left for the index to follow, and nobody is told: there may be thousands. `alive`
        is called after each page.
        """
        renewed, after = 0, ""
        while page := self._page(after):
            renewed += self._renew(page)
            after = page[-1].key
            alive()
        return renewed

    def _page(self, after: str) -> list[PostRow]:
        with self._database.read() as db:
            return posts.not_built_by(db, BUILDER, after=after, limit=_PAGE)

    def _renew(self, rows: Sequence[PostRow]) -> int:
        with self._database.read() as db:
            found = [log.get(db, row.event_id) for row in rows]
        # An event that was purged leaves its post as it is.
        built = [(event, self._keeper.build(event)) for event in found if event is not None]
        with self._database.write_relaxed() as db:
            now = self._clock()
            return sum(self._keeper.renew(db, event, new, now=now) for event, new in built)
