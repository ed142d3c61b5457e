"""`GET /feeds/comments.atom`: the newest comments of a site or of one page."""

from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from pipeline.api.atom import EMPTY_SINCE, Entry, Feed, write_feed
from pipeline.api.negotiation import gzipped, matches, takes_gzip
from pipeline.api.query import check_page
from pipeline.api.sites import Sites
from pipeline.api.version import app_version
from pipeline.domain import public
from pipeline.store import published, threads
from pipeline.store.database import Database
from pipeline.store.published import Published
from pipeline.store.threads import Thread

PATH = "/feeds/comments.atom"
NEWEST = 50


class _Asked(NamedTuple):
    site: str
    page: str | None
    address: str
    gzip: bool


class Feeds:
    """What stands behind /feeds/. Blocks while it reads: to be called in a thread."""

    def __init__(self, database: Database, sites: Sites) -> None:
        self._database = database
        self._sites = sites
        self._app = app_version()

    def __call__(self, request: Request) -> Response:
        headers = dict(request.scope["headers"])
        asked = self._asked(request, headers)
        with self._database.read() as db:
            if asked.page is None:
                changed = threads.newest_change(db, asked.site)
            else:
                changed = threads.get(db, asked.site, asked.page)
            answer = _headers(asked, changed, self._app)
            if matches(headers, answer["etag"].encode()):
                return Response(b"", 304, answer)
            rows = published.newest(db, asked.site, asked.page, limit=NEWEST)
        entries = [self._entry(asked.site, row) for row in rows]
        body = write_feed(self._feed(asked, changed), entries)
        return Response(gzipped(body) if asked.gzip else body, 200, answer)

    def _asked(self, request: Request, headers: dict[bytes, bytes]) -> _Asked:
        page = request.query_params.get("page")
        site = self._sites.resolve(request.query_params.get("site"), headers)
        given = {} if page is None else {"page": check_page(page)}
        # Relative: the reader knows scheme and host better than a server behind proxies.
        address = PATH + "?" + urlencode({**given, "site": site})
        return _Asked(site, page, address, takes_gzip(headers))

    def _feed(self, asked: _Asked, changed: Thread | None) -> Feed:
        host = self._sites.host(asked.site)
        about = host if asked.page is None else f"{host}{asked.page}"
        stored = changed.url if changed is not None and asked.page is not None else None
        return Feed(
            host=host,
            title=f"Comments on {about}",
            address=asked.address,
            site_url=self._sites.page_url(asked.site, asked.page or "/", stored),
            page=asked.page,
            updated=EMPTY_SINCE if changed is None else changed.changed_at,
        )

    def _entry(self, site: str, row: Published) -> Entry:
        said = public.decode(row.public)
        return Entry(
            id=row.id,
            page=row.page,
            page_url=self._sites.page_url(site, row.page, row.page_url),
            name=said.author.name,
            website=said.author.website or None,
            html=said.html,
            at=said.at,
            edited_at=said.edited_at or None,
        )


def _headers(asked: _Asked, changed: Thread | None, app: str) -> dict[str, str]:
    version, count = (0, 0) if changed is None else (changed.version, changed.size)
    coding = "-gzip" if asked.gzip else ""
    headers = {
        "etag": f'"{version:x}-{count:x}-a-{app}{coding}"',
        "cache-control": "no-cache",
        "vary": "Accept-Encoding, Origin, Referer",
        "content-type": "application/atom+xml; charset=utf-8",
    }
    return headers | ({"content-encoding": "gzip"} if asked.gzip else {})
