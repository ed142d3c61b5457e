"""A WordPress blog, by its REST API. Source: https://developer.wordpress.org/rest-api/."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pipeline.domain.posts.post import Post
from pipeline.domain.posts.wordpress import FIELDS, WordPressStamp, wordpress_post
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
from pipeline.ingest.door import Answer

_PER_PAGE = 100
_LIMIT = 50_000_000


class WordPressSource:
    """`url` is the blog's address. Only what any visitor may read is asked for."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._url = url.rstrip("/")
        self._clock = clock

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. Raises Transient or Rejected."""
        return survey_blog(self._opened, self._url, state)

    @contextmanager
    def _opened(self) -> Iterator[Blog]:
        with Fetcher(self._url, self._clock) as fetcher:
            yield _WordPress(fetcher, self._url)


class _WordPress:
    def __init__(self, fetcher: Fetcher, url: str) -> None:
        self._fetcher = fetcher
        self._url = url
        self._is_plain = False

    def stamps(self) -> Mapping[str, str]:
        """By id, so that a post that is published meanwhile comes last."""
        found: dict[str, str] = {}
        page, pages, total = 1, 1, 0
        while page <= pages and len(found) <= POSTS_LIMIT:
            query: dict[str, str | int] = {
                "_fields": "id,modified_gmt",
                "orderby": "id",
                "order": "asc",
                "page": page,
            }
            answer = self._ask(query)
            stamps = decoded(answer, list[WordPressStamp], self._url)
            found.update((str(each.id), each.modified_gmt) for each in stamps)
            total, pages = self._count(answer, "x-wp-total"), self._count(answer, "x-wp-totalpages")
            page += 1
        check_count(found, total, self._url)
        return found

    def posts(self, ids: list[str]) -> Iterator[dict[str, Any]]:
        """Whole posts, with their terms and authors."""
        query = {"include": ",".join(ids), "_embed": "author,wp:term", "_fields": FIELDS}
        return iter(decoded(self._ask(query), list[dict[str, Any]], self._url))

    def read(self, value: Any) -> Post | str:
        """A post, or why it is withheld. Raises PostError."""
        return wordpress_post(value)

    def _ask(self, query: Mapping[str, str | int]) -> Answer:
        whole = {"per_page": _PER_PAGE, **query}
        if not self._is_plain:
            answer = self._fetcher.get(
                f"{self._url}/wp-json/wp/v2/posts", query=whole, limit=_LIMIT
            )
            if not answer.gone:
                return answer
            # Where permalinks are "plain" the API has no address of its own.
            self._is_plain = True
        route = {"rest_route": "/wp/v2/posts", **whole}
        answer = self._fetcher.get(f"{self._url}/", query=route, limit=_LIMIT)
        if answer.gone:
            raise Rejected(f"there is no WordPress at {self._url}: check `url` of its content")
        return answer

    def _count(self, answer: Answer, header: str) -> int:
        try:
            return int(answer.headers[header])
        except (KeyError, ValueError) as error:
            raise Rejected(f"{self._url} is no WordPress: it sends no {header}") from error
