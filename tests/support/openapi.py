"""X's own OpenAPI file as validators of what the simulated X says (../shared/data/x)."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SHA256 = "f5025b039cd56579d957cb020f47509ad6762878657097d704c56a12261952ff"
"""Of info.version 2.167: another file has other schemas, and perhaps other defects."""
_MORE_TYPES = "^(about:blank|https://api.(x|twitter).com/2/problems/.+)$"


def x_data(name: str) -> Path:
    """A file about X's API; skips the test, saying so, where it is not there."""
    roots = (parent / "shared/data/x" / name for parent in Path(__file__).resolve().parents)
    found = next((path for path in roots if path.is_file()), None)
    if found is None:
        pytest.skip(f"nothing about X: put x/{name} in shared/data")
    return found


class OpenApi:
    """The schemas, with the file's two defects mended and nothing allowed that they do not name."""

    def __init__(self) -> None:
        raw = x_data("openapi.json").read_bytes()
        if sha256(raw).hexdigest() != SHA256:
            raise AssertionError("openapi.json is another one: look at its schemas, then pin it")
        self._components = json.loads(raw)["components"]
        _mend(self._components["schemas"])
        for name, schema in self._components["schemas"].items():
            if not name.endswith("Problem"):
                _close(schema)

    def errors(self, name: str, body: Any) -> list[str]:
        """What is wrong with a body by a schema of that name."""
        schema = {"$ref": f"#/components/schemas/{name}", "components": self._components}
        found = jsonschema.Draft4Validator(schema).iter_errors(body)
        return [f"{error.json_path}: {error.message}" for error in found]


def _mend(schemas: dict[str, Any]) -> None:
    # (a) Problem knows no 401, 402, 403 and 429, which are among the most usual answers.
    others = {
        "type": "object",
        "required": ["type", "title", "detail"],
        "properties": {"type": {"type": "string", "pattern": _MORE_TYPES}},
        "not": {"anyOf": [{"$ref": one["$ref"]} for one in schemas["Problem"]["oneOf"]]},
    }
    schemas["Problem"]["oneOf"].append(others)
    # (b) X's answers, and the examples in its documentation, say tweet_count for post_count.
    metrics = schemas["UserPublicMetrics"]
    metrics["required"].remove("post_count")
    metrics["properties"]["tweet_count"] = metrics["properties"]["post_count"]


def _close(schema: Any) -> None:
    """Let every object have the properties it names, and no others."""
    if isinstance(schema, list):
        for each in schema:
            _close(each)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for each in schema.values():
            _close(each)
