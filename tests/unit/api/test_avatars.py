"""Pictures of authors."""

from xml.etree import ElementTree as ET

import pytest

from pipeline.api.avatars import identicon
from pipeline.api.edge import Edge
from tests.unit.api.reading import get


def test_one_author_has_one_picture_and_others_have_others() -> None:
    seeds = [f"abcdefghijk{letter}" for letter in "abcdefgh"]
    pictures = [identicon(seed) for seed in seeds]
    assert pictures == [identicon(seed) for seed in seeds]
    assert len(set(pictures)) == len(seeds)


def test_a_picture_is_a_small_svg_that_can_do_nothing(bare_api: Edge) -> None:
    reply = get(bare_api, "/avatars/abcdefghij27.svg")
    assert reply.status == 200
    assert ET.fromstring(reply.body).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - ours
    assert len(reply.body) < 1500
    assert reply.headers[b"content-type"] == b"image/svg+xml"
    assert reply.headers[b"content-security-policy"] == b"default-src 'none'; sandbox"
    assert b"immutable" in reply.headers[b"cache-control"]


@pytest.mark.parametrize(
    "name", ["short", "ABCDEFGHIJKL", "abcdefghij0\n", "a" * 13, "..", "%3Csvg"]
)
def test_what_is_no_picture_is_not_found(bare_api: Edge, name: str) -> None:
    assert get(bare_api, f"/avatars/{name}.svg").status == 404
