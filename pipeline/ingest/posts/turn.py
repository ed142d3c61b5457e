"""Whose turn it is to read a site's content."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.errors import Transient
from pipeline.store import content_states
from pipeline.store.database import Database


class Turn:
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
