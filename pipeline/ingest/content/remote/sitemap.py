"""A site by its sitemap: every page it names, read as a built page. So it proves what is gone."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from urllib.parse import urlsplit

import msgspec

from pipeline.domain.origins import origin_of
from pipeline.domain.posts.post import Post, post_id
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.sitemaps import Location
from pipeline.domain.posts.web.charset import decode_page
from pipeline.domain.posts.web.page import Listed, read_webpage
from pipeline.errors import InvalidEventError, Rejected, Transient
from pipeline.ingest.content.remote.feed import conditions
from pipeline.ingest.content.remote.http import Fetcher
from pipeline.ingest.content.remote.listing import Listing
from pipeline.ingest.content.source import (
    Finished,
    Found,
    Item,
    Refused,
    State,
    Survey,
    Unchanged,
    Withheld,
)
from pipeline.ingest.door import Answer

# A host that fails this often in a row is down.
_FAILURES = 5
_DAY = timedelta(days=1)


class _Seen(msgspec.Struct):
    """A page as it was. `etag` and `modified` are the host's, `lastmod` the sitemap's words."""

    fetched: datetime
    lastmod: str | None = None
    etag: str | None = None
    modified: str | None = None
    url: str | None = None
    withheld: str | None = None


class _State(msgspec.Struct):
    fingerprint: str
    pages: dict[str, _Seen]


class SitemapSource:
    """`sitemap` is its address, `site` the blog's; only pages of these two origins are read."""

    def __init__(self, sitemap: str, site: str, clock: Callable[[], datetime]) -> None:
        self._sitemap = sitemap
        self._site = site
        self._clock = clock
        self._fingerprint = f"sitemap {version('afterword')} {sitemap}"

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. Raises Transient or Rejected for a sitemap that can't be read."""
        with Fetcher(self._site, self._clock) as fetcher:
            listing = Listing(fetcher, {origin_of(self._sitemap), origin_of(self._site)})
            listing.read(self._sitemap)
        return Survey(len(listing.pages), self._items(listing, self._known(state)))

    def _known(self, state: State | None) -> Mapping[str, _Seen]:
        try:
            known = msgspec.convert(state, _State)
        except msgspec.ValidationError:
            return {}
        return known.pages if known.fingerprint == self._fingerprint else {}

    def _items(self, listing: Listing, before: Mapping[str, _Seen]) -> Iterator[Item | Finished]:
        yield from listing.refused
        with Fetcher(self._site, self._clock) as fetcher:
            run = _Run(fetcher, self._clock, before)
            for location in listing.pages.values():
                yield run.item(location)
        # A sitemap that lost all its pages is a broken build sooner than an empty blog.
        complete = listing.complete and bool(listing.pages or not before)
        state = _State(self._fingerprint, run.seen if complete else {**before, **run.seen})
        yield Finished(complete, msgspec.to_builtins(state))


class _Run:
    """One survey's pages."""

    def __init__(
        self, fetcher: Fetcher, clock: Callable[[], datetime], before: Mapping[str, _Seen]
    ) -> None:
        self.seen: dict[str, _Seen] = {}
        self._fetcher = fetcher
        self._clock = clock
        self._before = before
        self._claimed: dict[str, str] = {}
        self._failures = 0

    def item(self, location: Location) -> Item:
        """What a page is now. Raises Transient where the host seems to be down."""
        id_ = page_id(location.url)
        try:
            return self._item(location, id_)
        except PostError as error:
            return Refused(location.url, error.line, error.reason, id_)
        except InvalidEventError as error:
            return Refused(location.url, None, error.problem, id_)
        except Rejected as error:
            return Refused(location.url, None, error.reason, id_)
        except Transient as error:
            self._failures += 1
            if self._failures >= _FAILURES or error.delay is not None:
                raise
            return Refused(location.url, None, error.reason, id_)

    def _item(self, location: Location, id_: str) -> Item:
        self._claim(id_, location.url)
        before = self._before.get(location.url)
        if before is not None and _is_current(before, location):
            return self._again(location, before, id_)
        fetched = self._clock()
        known = conditions(before.etag, before.modified) if before else {}
        answer = self._fetcher.get(location.url, headers=known)
        self._failures = 0
        if answer.unchanged and before is not None:
            renewed = msgspec.structs.replace(before, fetched=fetched, lastmod=location.lastmod)
            return self._again(location, renewed, id_)
        read = _read(answer, Listed(id_, location.url, location.at))
        seen = _Seen(
            fetched,
            location.lastmod,
            answer.headers.get("etag"),
            answer.headers.get("last-modified"),
        )
        if isinstance(read, str):
            self.seen[location.url] = msgspec.structs.replace(seen, withheld=read)
            return Withheld(id_, location.url, read)
        self._claim(read.url, location.url)
        self.seen[location.url] = msgspec.structs.replace(seen, url=read.url)
        return Found(read, location.url)

    def _again(self, location: Location, before: _Seen, id_: str) -> Item:
        if before.url is not None:
            self._claim(before.url, location.url)
        self.seen[location.url] = before
        if before.withheld is not None:
            return Withheld(id_, location.url, before.withheld)
        return Unchanged(id_)

    def _claim(self, url: str, page: str) -> None:
        if (first := self._claimed.setdefault(url, page)) != page:
            raise PostError(None, f"{first} has the same path or canonical address, {url}")


def page_id(url: str) -> str:
    """A page's id: its path on the site, and its query if it has one."""
    parts = urlsplit(url)
    return post_id(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")


def _read(answer: Answer, listed: Listed) -> Post | str:
    if answer.gone:
        return f"gone: the host answers {answer.status}"
    if answer.url != listed.url and page_id(answer.url) != listed.id:
        return f"it redirects to {answer.url[:500]}"
    robots = answer.headers.get("x-robots-tag", "").lower()
    if {"noindex", "none"} & {word.strip() for word in robots.split(",")}:
        return "noindex"
    kind = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"}:
        return f"no web page: {kind[:80]}"
    return read_webpage(decode_page(answer.body, answer.charset), listed)


def _is_current(before: _Seen, location: Location) -> bool:
    """Whether the sitemap's word is enough: it names the same moment, and one well before the read.

    A day is a day long, and clocks differ: what changed about when it was read is asked for again.
    """
    at = location.at
    return at is not None and before.lastmod == location.lastmod and at + _DAY < before.fetched
