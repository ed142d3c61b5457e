# ruff: noqa: S101 - tests assert
"""Probes of a set meet servers that start and close."""

from pathlib import Path

from bench.sets import AfterwordSet
from bench.tests.servers import serving

COUNTED = b'HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{"counts":{"/a":3}}'


def test_a_server_that_closes_without_an_answer_has_published_nothing_yet(tmp_path: Path) -> None:
    members = AfterwordSet(tmp_path)
    with serving(lambda number: b"" if number == 1 else COUNTED) as server:
        members.port = server.port
        assert members.published(["/a"]) == 0
        assert members.published(["/a"]) == 3
    assert members.published(["/a"]) == 0
