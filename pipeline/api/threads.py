"""`GET /api/comments`: a page's thread, as JSON or as HTML.

The thread's row is read on every request and says whether what a client or the cache has is still
so; comments are only read when it is not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from pipeline.api.cache import BodyCache
from pipeline.api.encoding import ThreadHead, encode_thread
from pipeline.api.exchange import Answer, Call, Header
from pipeline.api.fragment import FormFields, render_form, render_list
from pipeline.api.negotiation import gzipped, matches, takes_gzip, wants_html
from pipeline.api.pages import style_hash
from pipeline.api.query import ThreadQuery, read_thread_query
from pipeline.api.sites import Sites
from pipeline.api.tree import Cursor, arrange, cut
from pipeline.api.version import app_version
from pipeline.api.versions import Versions, read_threads
from pipeline.bootstrap import Clock
from pipeline.store import published, threads
from pipeline.store.database import Database
from pipeline.store.threads import Thread

Run = Callable[..., Awaitable[Any]]
"""Runs a function that may block, and gives what it returned."""

Stamp = tuple[int, int]
"""What an answer was made from: the thread's version and count."""

_JSON = (b"content-type", b"application/json")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_POLICY = (
    # The site's own pages too: the form's answer sends the browser back to one, and is checked.
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'self' {0};"
    " frame-ancestors 'self' {0}; style-src '" + style_hash() + "'"
)


class Wanted(NamedTuple):
    """A representation of a part of a thread. A cached HTML body is without its form."""

    site: str
    page: str
    html: bool
    gzip: bool
    after: Cursor | None
    limit: int


class ThreadDoor:
    """What stands behind /api/comments."""

    def __init__(self, database: Database, sites: Sites, clock: Clock, run: Run) -> None:
        self._database = database
        self._sites = sites
        self._clock = clock
        self._run = run
        self._app = app_version()
        self._versions = Versions(partial(run, read_threads, database))
        self._cache = BodyCache()
        self._building: dict[tuple[Wanted, Stamp], asyncio.Future[tuple[Stamp, bytes]]] = {}

    async def __call__(self, call: Call) -> Answer:
        query = read_thread_query(call.query)
        site = self._sites.resolve(query.site, call.headers)
        wanted = Wanted(
            site,
            query.page,
            html=wants_html(call.headers),
            gzip=takes_gzip(call.headers),
            after=query.after,
            limit=query.limit,
        )
        thread = await self._versions.get((site, query.page))
        stamp = _stamp(thread)
        headers = self._headers(wanted, stamp)
        if matches(call.headers, headers[0][1]):
            return Answer(304, b"", headers)
        stamp, body = await self._body(wanted, stamp)
        if wanted.html:
            body = await self._run(end, body, self._form(wanted, query, thread), wanted)
        return Answer(200, body, self._headers(wanted, stamp))

    async def _body(self, wanted: Wanted, stamp: Stamp) -> tuple[Stamp, bytes]:
        kept = self._cache.get(wanted, stamp)
        if kept is not None:
            return stamp, kept
        # Many ask for a thread that has just changed: one of them has it built.
        key = (wanted, stamp)
        building = self._building.get(key)
        if building is None:
            building = asyncio.ensure_future(self._run(build, self._database, wanted))
            self._building[key] = building
            building.add_done_callback(partial(self._built, key))
        return await asyncio.shield(building)

    def _built(
        self, key: tuple[Wanted, Stamp], building: "asyncio.Future[tuple[Stamp, bytes]]"
    ) -> None:
        del self._building[key]
        if not building.cancelled() and building.exception() is None:
            self._cache.put(key[0], *building.result())

    def _form(self, wanted: Wanted, query: ThreadQuery, thread: Thread | None) -> FormFields:
        stored = None if thread is None else thread.url
        return FormFields(
            page=query.page,
            page_url=self._sites.page_url(wanted.site, query.page, stored),
            reply=query.reply,
            shown_at=int(self._clock().timestamp() * 1000),
        )

    def _headers(self, wanted: Wanted, stamp: Stamp) -> tuple[Header, ...]:
        kind, coding = "h" if wanted.html else "j", "-gzip" if wanted.gzip else ""
        tag = f'"{stamp[0]:x}-{stamp[1]:x}-{kind}-{self._app}{coding}"'.encode()
        headers: tuple[Header, ...] = (
            # Weak for HTML: its form says when it was shown.
            (b"etag", b"W/" + tag if wanted.html else tag),
            (b"vary", b"Accept, Accept-Encoding, Origin, Referer"),
            (b"cache-control", b"no-cache"),
            _HTML if wanted.html else _JSON,
        )
        if wanted.gzip:
            headers += ((b"content-encoding", b"gzip"),)
        if wanted.html:
            policy = _POLICY.format(self._sites.origins_of(wanted.site))
            headers += ((b"content-security-policy", policy.encode()),)
        return headers


def build(database: Database, wanted: Wanted) -> tuple[Stamp, bytes]:
    """Read and write out what is wanted, with the stamp of the view it was read in."""
    with database.read() as db:
        # The row first: a change between the two reads makes the body newer than its stamp says,
        # never older.
        thread = threads.get(db, wanted.site, wanted.page)
        rows = published.on_page(db, wanted.site, wanted.page)
    stamp = _stamp(thread)
    part = cut(arrange(rows), after=wanted.after, limit=wanted.limit)
    if wanted.html:
        return stamp, render_list(wanted.page, wanted.site, stamp[1], part)
    body = encode_thread(ThreadHead(wanted.page, stamp[1]), part)
    return stamp, gzipped(body) if wanted.gzip else body


def end(body: bytes, form: FormFields, wanted: Wanted) -> bytes:
    """An HTML body with its form."""
    whole = body + render_form(form)
    return gzipped(whole) if wanted.gzip else whole


def _stamp(thread: Thread | None) -> Stamp:
    return (0, 0) if thread is None else (thread.version, thread.size)
