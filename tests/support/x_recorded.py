"""What X really answered (shared/data/x): tweepy's public cassettes, and bodies from public issues."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml

GZIP = b"\x1f\x8b"


class Recorded(NamedTuple):
    """An answer as it was recorded; `raw` is the body on the wire, where a cassette has it."""

    cassette: str
    path: str
    status: int
    headers: dict[str, str]
    body: Any
    raw: bytes | None = None


def folder() -> Path:
    """Where it lies. Skips the test where it is not there."""
    roots = (parent / "shared/data/x" for parent in Path(__file__).resolve().parents)
    found = next((root for root in roots if (root / "decoded.jsonl").exists()), None)
    if found is None:
        pytest.skip("X's RECORDED TRAFFIC NOT FOUND, so not tested: put it in shared/data/x")
    return found


@cache
def answers() -> list[Recorded]:
    """Every answer of version 2 of the API that is about users."""
    lines = (folder() / "decoded.jsonl").read_bytes().splitlines()
    found = [_answer(msgspec.json.decode(line)) for line in lines]
    return [each for each in found if each.path.startswith("/2/users")]


@cache
def errors() -> list[Recorded]:
    """Refusals, and answers that hold problems."""
    lines = (folder() / "errors.jsonl").read_bytes().splitlines()
    each = [msgspec.json.decode(line) for line in lines]
    return [
        Recorded(one["source"], "", one["status"], one.get("headers", {}), one["body"])
        for one in each
        if "body" in one
    ]


def on_the_wire(cassette: str) -> Recorded:
    """A cassette's first answer, packed as it came."""
    text = (folder() / cassette).read_text(encoding="utf-8")
    first = yaml.safe_load(text)["interactions"][0]
    answer = first["response"]
    raw = answer["body"]["string"]
    raw = raw.encode() if isinstance(raw, str) else raw
    headers = {name.lower(): values[0] for name, values in answer["headers"].items()}
    if not raw.startswith(GZIP):  # tweepy's asynchronous client recorded what it had unpacked
        del headers["content-encoding"]
    path = "/" + first["request"]["uri"].split("/", 3)[3]
    return Recorded(cassette, path, answer["status"]["code"], headers, None, raw)


def _answer(line: dict[str, Any]) -> Recorded:
    path = line["url"].partition("api.twitter.com")[2]
    return Recorded(line["cassette"], path, line["status"], line["headers"], line["body"])
