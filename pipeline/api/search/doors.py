"""`GET /api/search` and `GET /api/search/related`."""

import msgspec

from pipeline.api.exchange import Answer, Call
from pipeline.api.search.asking import Searcher
from pipeline.api.search.parameters import read_related, read_search
from pipeline.api.search.shapes import RelatedShape, found_shape, hit_shape
from pipeline.api.sites import Sites
from pipeline.api.threads import Run
from pipeline.problems import ProblemError
from pipeline.store import posts
from pipeline.store.database import Database

_HEADERS = (
    (b"vary", b"Origin, Referer"),
    (b"cache-control", b"no-cache"),
    (b"content-type", b"application/json"),
)


class SearchDoor:
    """What stands behind /api/search."""

    def __init__(self, searcher: Searcher, sites: Sites, run: Run) -> None:
        self._searcher = searcher
        self._sites = sites
        self._run = run

    async def __call__(self, call: Call) -> Answer:
        asked = read_search(call.query)
        site = self._sites.resolve(asked.site, call.headers)
        answered = await self._run(self._searcher.ask, site, asked)
        shape = found_shape(answered.found, answered.suggestions, took_ms=answered.took_ms)
        return Answer(200, msgspec.json.encode(shape), _HEADERS)


class RelatedDoor:
    """What stands behind /api/search/related."""

    def __init__(self, searcher: Searcher, database: Database, sites: Sites, run: Run) -> None:
        self._searcher = searcher
        self._database = database
        self._sites = sites
        self._run = run

    async def __call__(self, call: Call) -> Answer:
        asked = read_related(call.query)
        site = self._sites.resolve(asked.site, call.headers)
        body = await self._run(self._related, site, asked.id, asked.page, asked.size)
        return Answer(200, body, _HEADERS)

    def _related(self, site: str, post_id: str | None, page: str | None, size: int) -> bytes:
        if post_id is None:
            with self._database.read() as db:
                post_id = posts.visible_id(db, site, page or "")
        if post_id is None:
            raise ProblemError("not-found", "no published post is there")
        hits = self._searcher.related(site, post_id, size)
        return msgspec.json.encode(RelatedShape(tuple(map(hit_shape, hits))))
