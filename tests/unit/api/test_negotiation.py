"""Which representation a client gets."""

import gzip

import pytest

from pipeline.api.negotiation import gzipped, matches, takes_gzip, wants_html

BROWSER = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        (b"*/*", False),
        (b"application/json", False),
        (b"application/json, text/html", False),
        (b"application/json, text/html;q=0.9", False),
        (b"text/html;q=nonsense", False),
        (b"text/html;q=0", False),
        (b"", False),
        (b"text/html", True),
        (b"TEXT/HTML; charset=utf-8", True),
        (b"text/*", True),
        (BROWSER, True),
        (b"text/html, application/json;q=0.5", True),
    ],
)
def test_html_is_for_who_prefers_it(accept: bytes | None, *, html: bool) -> None:
    assert wants_html({} if accept is None else {b"accept": accept}) is html


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        (None, False),
        (b"identity", False),
        (b"br", False),
        (b"gzip;q=0", False),
        (b"*;q=0", False),
        (b"gzip", True),
        (b"br, gzip;q=0.5", True),
        (b"*", True),
    ],
)
def test_gzip_is_for_who_takes_it(accepted: bytes | None, *, taken: bool) -> None:
    assert takes_gzip({} if accepted is None else {b"accept-encoding": accepted}) is taken


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (b'"a"', True),
        (b'W/"a"', True),
        (b'"b", W/"a"', True),
        (b"*", True),
        (b'"b"', False),
        (b"a", False),
        (b"", False),
    ],
)
def test_validators_are_compared_weakly(given: bytes, *, same: bool) -> None:
    assert matches({b"if-none-match": given}, b'"a"') is same
    assert matches({b"if-none-match": given}, b'W/"a"') is same


def test_a_client_without_a_validator_matches_nothing() -> None:
    assert not matches({}, b'"a"')


def test_the_same_body_is_compressed_to_the_same_bytes() -> None:
    assert gzip.decompress(gzipped(b"text" * 99)) == b"text" * 99
    assert gzipped(b"text") == gzipped(b"text")
