"""The shapes of search's answers (contract: HTTP, Shapes)."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from pipeline.api.search.parameters import page_token
from pipeline.domain.search import Found, Hit


class Highlight(Struct, frozen=True):
    """HTML: text escaped, matches in <mark>."""

    title: str
    body: str


class HitShape(Struct, frozen=True):
    """A post that was found; `anchor` is the heading to land on."""

    id: str
    url: str
    title: str
    highlight: Highlight
    score: float
    published_at: datetime
    tags: tuple[str, ...]
    section: str | None
    anchor: str | UnsetType = UNSET


class FacetsShape(Struct, frozen=True):
    """Counts over everything that was found."""

    tags: Mapping[str, int]
    section: Mapping[str, int]
    year: Mapping[str, int]


class SearchShape(Struct, frozen=True):
    """An answer. `next`, sent back as `from`, gives the page after; `suggestions` where nothing fits."""

    total: int
    took_ms: float
    hits: tuple[HitShape, ...]
    facets: FacetsShape | UnsetType = UNSET
    did_you_mean: str | UnsetType = UNSET
    suggestions: tuple[HitShape, ...] | UnsetType = UNSET
    next: str | UnsetType = UNSET


class RelatedShape(Struct, frozen=True):
    """Posts like the one asked about, the likest first."""

    hits: tuple[HitShape, ...]


def found_shape(found: Found, suggestions: tuple[Hit, ...], *, took_ms: float) -> SearchShape:
    """An engine's answer as JSON has it."""
    facets = found.facets
    return SearchShape(
        total=found.total,
        took_ms=round(took_ms, 1),
        hits=tuple(map(hit_shape, found.hits)),
        facets=FacetsShape(*facets) if facets else UNSET,
        did_you_mean=found.did_you_mean or UNSET,
        suggestions=tuple(map(hit_shape, suggestions)) if suggestions else UNSET,
        next=page_token(found.next) if found.next else UNSET,
    )


def hit_shape(hit: Hit) -> HitShape:
    """A hit as JSON has it."""
    return HitShape(
        id=hit.id,
        url=hit.url,
        title=hit.title,
        highlight=Highlight(hit.title_html, hit.body_html),
        score=round(hit.score, 4),
        published_at=hit.published_at,
        tags=hit.tags,
        section=hit.section,
        anchor=hit.anchor or UNSET,
    )
