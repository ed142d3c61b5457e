"""What is asked of an engine, and what it finds."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pipeline.domain.search.query import Query

LARGEST_PAGE = 50


class Page(NamedTuple):
    """Where a page of hits begins: after this score and key (search_after)."""

    score: float
    key: str


class Search(NamedTuple):
    """One search of one site.

    `tags`, `sections` and `years` come on top of the query's own: several tags must all be there,
    of several sections or years one.
    """

    site: str
    query: Query
    now: datetime
    size: int = 10
    after: Page | None = None
    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    facets: bool = True


class Hit(NamedTuple):
    """A post that was found. The highlights are HTML: text escaped, matches in <mark>."""

    key: str
    id: str
    url: str
    title: str
    title_html: str
    body_html: str
    """The best fragments of the body, or its beginning where only the title matched."""
    anchor: str | None
    """The heading below which the best fragment stands."""
    score: float
    published_at: datetime
    tags: tuple[str, ...]
    section: str | None


class Facets(NamedTuple):
    """Counts over all that was found, most first."""

    tags: Mapping[str, int]
    section: Mapping[str, int]
    year: Mapping[str, int]


class Found(NamedTuple):
    """The answer: `total` counts every match; `next` is where the next page begins."""

    total: int
    hits: tuple[Hit, ...]
    facets: Facets | None
    did_you_mean: str | None
    next: Page | None
