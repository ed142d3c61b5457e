"""The description of the API, from the shapes it answers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from pipeline.api import shapes
from pipeline.api.query import MOST_COMMENTS, MOST_PAGES

_REFERENCES = "#/components/schemas/{name}"


def description(version: str) -> dict[str, Any]:
    """The API of this version, as OpenAPI 3.1 describes one."""
    (thread, counts), schemas = msgspec.json.schema_components(
        [shapes.Thread, shapes.Counts], ref_template=_REFERENCES
    )
    paths = {
        "/api/comments": _thread_path(thread),
        "/api/comments/counts": _counts_path(counts),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Afterword", "version": version},
        "paths": paths,
        "components": {"schemas": schemas},
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
