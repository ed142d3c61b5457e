"""The description of the API, from the shapes it answers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pipeline.api import shapes
from pipeline.api.graph.description import SECURITY, graph_paths
from pipeline.api.graph.shapes import SHAPES
from pipeline.api.query import MOST_COMMENTS, MOST_PAGES
from pipeline.api.search.parameters import MOST_FILTERS
from pipeline.api.search.shapes import RelatedShape, SearchShape
from pipeline.domain.search.query import LONGEST_QUERY
from pipeline.domain.search.request import LARGEST_PAGE

_REFERENCES = "#/components/schemas/{name}"


def description(version: str) -> dict[str, Any]:
    """The API of this version, as OpenAPI 3.1 describes one."""
    types = [shapes.Thread, shapes.Counts, SearchShape, RelatedShape, *SHAPES.values()]
    (thread, counts, search, related, *graph), schemas = msgspec.json.schema_components(
        types, ref_template=_REFERENCES
    )
    paths = {
        "/api/comments": _thread_path(thread),
        "/api/comments/counts": _counts_path(counts),
        "/api/search": _search_path(search),
        "/api/search/related": _related_path(related),
        **graph_paths(dict(zip(SHAPES, graph, strict=True))),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Afterword", "version": version},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY},
    }


def _thread_path(schema: Mapping[str, Any]) -> dict[str, Any]:
    return _get(
        "A page's published comments as a tree; `Accept: text/html` gives a fragment.",
        [
            _parameter("page", {"type": "string"}, required=True),
            _parameter("site", {"type": "string"}),
            _parameter("after", {"type": "string"}),
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_COMMENTS}),
        ],
        {"application/json": {"schema": schema}, "text/html": {}},
    )


def _counts_path(schema: Mapping[str, Any]) -> dict[str, Any]:
    return _get(
        "How many published comments pages have.",
        [_parameter("page", _pages(), required=True), _parameter("site", {"type": "string"})],
        {"application/json": {"schema": schema}},
    )


def _search_path(schema: Mapping[str, Any]) -> dict[str, Any]:
    text = {"type": "string"}
    several = {"type": "array", "items": text, "maxItems": MOST_FILTERS}
    return _get(
        "Published posts that match a query; an empty one gives the newest.",
        [
            _parameter("q", text | {"maxLength": LONGEST_QUERY}),
            _parameter("tag", several),
            _parameter("section", several),
            _parameter("year", several),
            _parameter("from", text),
            _parameter("size", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}),
            _parameter("typing", {"type": "string", "enum": ["1"]}),
            _parameter("site", text),
        ],
        {"application/json": {"schema": schema}},
    )


def _related_path(schema: Mapping[str, Any]) -> dict[str, Any]:
    return _get(
        "Posts like one, named by `id` or by `page`.",
        [
            _parameter("id", {"type": "string"}),
            _parameter("page", {"type": "string"}),
            _parameter("size", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}),
            _parameter("site", {"type": "string"}),
        ],
        {"application/json": {"schema": schema}},
    )


def _pages() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_PAGES}


def _parameter(name: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": dict(schema)}


def _get(summary: str, parameters: list[dict[str, Any]], content: dict[str, Any]) -> dict[str, Any]:
    answers = {
        "200": {"description": "What was asked for", "content": content},
        "304": {"description": "Nothing has changed since the ETag given in If-None-Match"},
        "422": {
            "description": "A parameter is missing or wrong",
            "content": {"application/problem+json": {}},
        },
    }
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}
