"""`GET /api/comments`: a page's thread, as JSON or as HTML.

The thread's row is read on every request and says whether what a client or the cache has is still
so; comments are only read when it is not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from pipeline.api.bodies import (
    Arranged,
    Built,
    Stamp,
    Wanted,
    build,
    end,
    read_and_build,
    stamp_of,
)
from pipeline.api.cache import BodyCache
from pipeline.api.exchange import Answer, Call, Header
from pipeline.api.fragment import FormFields
from pipeline.api.negotiation import matches, takes_gzip, wants_html
from pipeline.api.pages import style_hash
from pipeline.api.query import ThreadQuery, read_thread_query
from pipeline.api.sites import Sites
from pipeline.api.version import app_version
from pipeline.api.versions import Versions, read_threads
from pipeline.bootstrap import Clock
from pipeline.store.database import Database
from pipeline.store.threads import Thread

Run = Callable[..., Awaitable[Any]]
"""Runs a function that may block, and gives what it returned."""

_JSON = (b"content-type", b"application/json")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_POLICY = (
    # The site's own pages too: the form's answer sends the browser back to one, and is checked.
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'self' {0};"
    " frame-ancestors 'self' {0}; style-src '" + style_hash() + "'"
)


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
        # Whoever reads a part wants the next: only the thread begun last, until its end is read.
        self._begun: Arranged | None = None
        self._building: dict[tuple[Wanted, Stamp], asyncio.Future[Built]] = {}

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
        stamp = stamp_of(thread)
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
            building = self._building[key] = asyncio.ensure_future(self._build(wanted, stamp))
            building.add_done_callback(partial(self._built, key))
        built = await asyncio.shield(building)
        return built.thread.stamp, built.body

    def _build(self, wanted: Wanted, stamp: Stamp) -> Awaitable[Built]:
        if self._begun is not None and self._begun.has(wanted, stamp):
            return self._run(build, self._begun, wanted)
        return self._run(read_and_build, self._database, wanted)

    def _built(self, key: tuple[Wanted, Stamp], building: "asyncio.Future[Built]") -> None:
        del self._building[key]
        if building.cancelled() or building.exception() is not None:
            return
        wanted, built = key[0], building.result()
        self._cache.put(wanted, built.thread.stamp, built.body)
        if built.unfinished:
            self._begun = built.thread
        elif self._begun is not None and self._begun.has(wanted, built.thread.stamp):
            self._begun = None

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
