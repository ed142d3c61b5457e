"""A feed: RSS, Atom or JSON Feed. It holds the newest posts only, so it never proves one is gone."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from pipeline.domain.posts.feeds import Feed, feed_of
from pipeline.domain.posts.post import post_of
from pipeline.domain.posts.problem import PostError
from pipeline.errors import InvalidEventError, Rejected
from pipeline.ingest.content.remote.http import Fetcher
from pipeline.ingest.content.source import Finished, Found, Item, Refused, State, Survey

_TYPES = ("application/feed+json", "application/atom+xml", "application/rss+xml", "*/*;q=0.8")
_LIMIT = 20_000_000


class _State(msgspec.Struct):
    """What the host said of the feed last time, for a conditional request."""

    url: str
    etag: str | None = None
    modified: str | None = None


class FeedSource:
    """`feed` is the feed's address, `site` the blog's."""

    def __init__(self, feed: str, site: str, clock: Callable[[], datetime]) -> None:
        self._feed = feed
        self._site = site
        self._clock = clock

    def survey(self, state: State | None) -> Survey:
        """The newest posts; none where the feed did not change. Raises Transient or Rejected."""
        before = self._known(state)
        with Fetcher(self._site, self._clock) as fetcher:
            headers = conditions(before.etag, before.modified) | {"Accept": ", ".join(_TYPES)}
            answer = fetcher.get(self._feed, headers=headers, limit=_LIMIT)
        if answer.unchanged:
            return Survey(0, iter([Finished(complete=False, state=msgspec.to_builtins(before))]))
        if answer.gone:
            raise Rejected(f"there is no feed at {self._feed}: set `url` of the site's content")
        after = _State(self._feed, answer.headers.get("etag"), answer.headers.get("last-modified"))
        try:
            feed = feed_of(answer.body, answer.headers.get("content-type"), answer.url)
        except PostError as error:
            raise Rejected(error.at(self._feed)) from error
        return Survey(len(feed.entries), _items(feed, self._feed, after))

    def _known(self, state: State | None) -> _State:
        try:
            known = msgspec.convert(state, _State)
        except msgspec.ValidationError:
            return _State(self._feed)
        return known if known.url == self._feed else _State(self._feed)


def conditions(etag: str | None, modified: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it changed (RFC 9110, 13.1)."""
    given = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in given.items() if value}


def _items(feed: Feed, where: str, after: _State) -> Iterator[Item | Finished]:
    seen: dict[str, str] = {}
    for entry in feed.entries:
        try:
            post = post_of(entry)
        except InvalidEventError as error:
            yield Refused(str(entry.get("url") or where), None, error.problem, entry.get("id"))
            continue
        if first := seen.get(post.id) or seen.get(post.url):
            reason = f"an entry above, {first!r}, has the same id or address"
            yield Refused(post.url, None, reason, post.id)
            continue
        seen[post.id] = seen[post.url] = post.title
        yield Found(post, post.url)
    if feed.problem is not None:
        yield Refused(where, feed.problem.line, feed.problem.reason)
    # A feed that broke off is asked for whole again.
    told = _State(after.url) if feed.problem else after
    yield Finished(complete=False, state=msgspec.to_builtins(told))
