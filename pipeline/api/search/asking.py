"""One search, asked of the engine: what the JSON address and the page share."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pipeline.api.search.parameters import Asked
from pipeline.domain.search import Found, Hit, Query, Search, parse
from pipeline.errors import Rejected, Transient
from pipeline.index.engine import Engine
from pipeline.index.journal import Journal
from pipeline.problems import ProblemError

SUGGESTED = 5


class Answered(NamedTuple):
    """What was found, in how many milliseconds; the newest posts where nothing was."""

    query: Query
    found: Found
    suggestions: tuple[Hit, ...]
    took_ms: float


class Searcher:
    """Asks the engine, and notes what readers look for. Blocks: to be called in a thread."""

    def __init__(self, engine: Engine, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._journal = journal
        self._clock = clock

    def ask(self, site: str, asked: Asked) -> Answered:
        """Search. Raises ProblemError while the engine is out of reach."""
        started = time.perf_counter()
        query = parse(asked.text, typing=asked.typing)
        wanted = Search(
            site=site,
            query=query,
            now=self._clock(),
            size=asked.size,
            after=asked.after,
            tags=asked.tags,
            sections=asked.sections,
            years=asked.years,
        )
        found = self._search(wanted)
        suggestions: tuple[Hit, ...] = ()
        if not found.total and asked.after is None:
            newest = Search(site=site, query=Query(), now=wanted.now, size=SUGGESTED, facets=False)
            suggestions = self._search(newest).hits
        if asked.after is None and query.asks_for_text:
            self._journal.asked(site, query.text, found.total, typing=asked.typing)
        return Answered(query, found, suggestions, (time.perf_counter() - started) * 1000)

    def _search(self, wanted: Search) -> Found:
        with_reason = "the search index can't be asked now; it will be again soon"
        try:
            return self._engine.search(wanted)
        except Transient as error:
            raise ProblemError("unavailable", with_reason, retry_after=5) from error

    def related(self, site: str, post_id: str, size: int) -> list[Hit]:
        """Posts like this one. Raises ProblemError while the engine is out of reach."""
        try:
            return self._engine.related(site, post_id, size=size)
        except Rejected:
            return []
        except Transient as error:
            raise ProblemError("unavailable", "the search index can't be asked now") from error
