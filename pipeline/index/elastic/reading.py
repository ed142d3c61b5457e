"""What Elasticsearch answered, as what was found."""

import html
import re
from collections.abc import Mapping
from typing import Any

from pipeline.domain.search import Facets, Found, Hit, Page, Search
from pipeline.index.elastic.documents import headings_of, published_at_of, text_of
from pipeline.index.elastic.schema import text_field

_BEGINNING = 200
"""Characters of a body that are shown where nothing of it matched."""
_MARK = re.compile("</?mark>")
_BETWEEN = " \u2026 "

Answer = Mapping[str, Any]


def found_in(answer: Answer, asked: Search, did_you_mean: str | None) -> Found:
    """The page that was asked for."""
    hits = tuple(hit_of(each) for each in answer["hits"]["hits"])
    told = answer.get("aggregations")
    facets = _facets(told or {}) if asked.facets else None
    last = answer["hits"]["hits"][-1]["sort"] if len(hits) == asked.size else None
    return Found(
        total=answer["hits"]["total"]["value"],
        hits=hits,
        facets=facets,
        did_you_mean=did_you_mean,
        next=Page(float(last[0]), last[1]) if last else None,
    )


def hit_of(raw: Mapping[str, Any]) -> Hit:
    """One hit, with or without highlights."""
    source = raw["_source"]
    shown = raw.get("highlight", {})
    title, body = text_of(source, "title"), text_of(source, "body")
    titles = shown.get(text_field(source["language"], "title"))
    fragments = shown.get(text_field(source["language"], "body"), [])
    return Hit(
        key=raw["_id"],
        id=source["id"],
        url=source["url"],
        title=title,
        title_html=titles[0] if titles else html.escape(title),
        body_html=_BETWEEN.join(fragments) if fragments else html.escape(_beginning(body)),
        anchor=_anchor(source, body, fragments[0]) if fragments else None,
        score=raw["_score"] or 0.0,
        published_at=published_at_of(source),
        tags=tuple(source.get("tags") or ()),
        section=source.get("section"),
    )


def _facets(told: Mapping[str, Any]) -> Facets:
    counts = {
        name: {str(bucket["key"]): bucket["doc_count"] for bucket in told[name]["buckets"]}
        for name in Facets._fields
        if name in told
    }
    return Facets(*(counts.get(name, {}) for name in Facets._fields))


def _beginning(body: str) -> str:
    if len(body) <= _BEGINNING:
        return body
    return body[:_BEGINNING].rpartition(" ")[0] or body[:_BEGINNING]


def _anchor(source: Mapping[str, Any], body: str, fragment: str) -> str | None:
    """The heading below which the fragment's first match stands."""
    before = html.unescape(fragment.partition("<mark>")[0])
    start = body.find(html.unescape(_MARK.sub("", fragment)))
    if start < 0:
        return None
    above = [each.anchor for each in headings_of(dict(source)) if each.at <= start + len(before)]
    return above[-1] if above else None
