"""A Ghost blog, by its Content API. Source: https://ghost.org/docs/content-api/."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from pipeline.domain.posts.ghost import GhostStamp, ghost_post
from pipeline.domain.posts.post import Post
from pipeline.errors import Rejected
from pipeline.ingest.content.remote.http import Fetcher
from pipeline.ingest.content.remote.sweep import (
    POSTS_LIMIT,
    Blog,
    check_count,
    decoded,
    survey_blog,
)
from pipeline.ingest.content.source import State, Survey

# Ghost 6 gives no more than 100 at a time.
_PER_PAGE = 100
# What an answer of 20 whole posts may weigh.
_LIMIT = 50_000_000

_T = TypeVar("_T")


class _Pagination(msgspec.Struct):
    total: int
    next: int | None = None


class _Meta(msgspec.Struct):
    pagination: _Pagination


class _Stamps(msgspec.Struct):
    posts: list[GhostStamp]
    meta: _Meta


class _Posts(msgspec.Struct):
    posts: list[dict[str, Any]]


class GhostSource:
    """`url` is the blog's address, `key` its Content API key, which is never shown."""

    def __init__(self, url: str, key: str, clock: Callable[[], datetime]) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._clock = clock

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. Raises Transient or Rejected."""
        return survey_blog(self._opened, self._url, state)

    @contextmanager
    def _opened(self) -> Iterator[Blog]:
        with Fetcher(self._url, self._clock) as fetcher:
            yield _Ghost(fetcher, f"{self._url}/ghost/api/content/posts/", self._key)


class _Ghost:
    def __init__(self, fetcher: Fetcher, endpoint: str, key: str) -> None:
        self._fetcher = fetcher
        self._endpoint = endpoint
        self._key = key

    def stamps(self) -> Mapping[str, str]:
        """By id, so that a post that is published meanwhile comes last."""
        found: dict[str, str] = {}
        page: int | None = 1
        total = 0
        while page is not None and len(found) <= POSTS_LIMIT:
            query: dict[str, str | int] = {
                "fields": "id,updated_at",
                "order": "id asc",
                "page": page,
            }
            answer = self._ask(query, _Stamps)
            found.update((each.id, each.updated_at) for each in answer.posts)
            total, page = answer.meta.pagination.total, answer.meta.pagination.next
        check_count(found, total, self._endpoint)
        return found

    def posts(self, ids: list[str]) -> Iterator[dict[str, Any]]:
        """Whole posts, with their tags and authors."""
        query = {"filter": f"id:[{','.join(ids)}]", "include": "tags,authors", "formats": "html"}
        return iter(self._ask(query, _Posts).posts)

    def read(self, value: Any) -> Post | str:
        """A post. Raises PostError."""
        return ghost_post(value)

    def _ask(self, query: Mapping[str, str | int], type_: type[_T]) -> _T:
        whole = {"key": self._key, "limit": _PER_PAGE, **query}
        headers = {"Accept-Version": "v5.0"}
        answer = self._fetcher.get(self._endpoint, query=whole, headers=headers, limit=_LIMIT)
        if answer.gone:
            raise Rejected(f"there is no Ghost at {self._endpoint}: check `url` of its content")
        return decoded(answer, type_, self._endpoint)
