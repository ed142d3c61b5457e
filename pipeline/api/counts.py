"""`GET /api/comments/counts`: how many comments many pages have."""

import hashlib
from collections.abc import Sequence

import msgspec

from pipeline.api import shapes
from pipeline.api.exchange import Answer, Call
from pipeline.api.negotiation import matches
from pipeline.api.query import read_counts_query
from pipeline.api.sites import Sites
from pipeline.api.threads import Run
from pipeline.store import threads
from pipeline.store.database import Database

_FRESH = (b"cache-control", b"max-age=30")
"""A front page's numbers may be half a minute old."""


class CountsDoor:
    """What stands behind /api/comments/counts."""

    def __init__(self, database: Database, sites: Sites, run: Run) -> None:
        self._database = database
        self._sites = sites
        self._run = run

    async def __call__(self, call: Call) -> Answer:
        query = read_counts_query(call.query)
        site = self._sites.resolve(query.site, call.headers)
        found = await self._run(read_counts, self._database, site, query.pages)
        body = msgspec.json.encode(shapes.Counts(found))
        etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()
        headers = (
            (b"etag", etag),
            (b"vary", b"Origin, Referer"),
            _FRESH,
            (b"content-type", b"application/json"),
        )
        if matches(call.headers, etag):
            return Answer(304, b"", headers)
        return Answer(200, body, headers)


def read_counts(database: Database, site: str, pages: Sequence[str]) -> dict[str, int]:
    """Published comments of each page."""
    with database.read() as db:
        return threads.counts(db, site, pages)
