"""Content negotiation and validators (RFC 9110, sections 8.8, 12.5 and 13.1)."""

from collections.abc import Mapping
from functools import lru_cache

from isal import isal_zlib

LONGEST_HEADER = 500
"""Bytes of a negotiation header that are looked at."""

_GZIP_LEVEL = 1  # a thread of 430 kB: 124 kB in 1.1 ms, where zlib takes 4.3 ms for 126 kB
_GZIP_FORMAT = 31


def wants_html(headers: Mapping[bytes, bytes]) -> bool:
    """Whether Accept prefers text/html to application/json. Equal preference means JSON."""
    return _prefers_html(headers.get(b"accept", b"*/*")[:LONGEST_HEADER])


def takes_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Whether Accept-Encoding allows gzip."""
    return _allows_gzip(headers.get(b"accept-encoding", b"")[:LONGEST_HEADER])


def matches(headers: Mapping[bytes, bytes], etag: bytes) -> bool:
    """Whether If-None-Match names this ETag, by weak comparison (RFC 9110, section 13.1.2)."""
    given = headers.get(b"if-none-match")
    if given is None:
        return False
    opaque = etag.removeprefix(b"W/")
    tags = [tag.strip().removeprefix(b"W/") for tag in given.split(b",")]
    return opaque in tags or tags == [b"*"]


def gzipped(body: bytes) -> bytes:
    """The body in gzip format, the same bytes for the same body."""
    return isal_zlib.compress(body, _GZIP_LEVEL, wbits=_GZIP_FORMAT)


@lru_cache(maxsize=256)
def _prefers_html(accept: bytes) -> bool:
    weights = _weights(accept)
    everything = weights.get(b"*/*", 0.0)
    html = weights.get(b"text/html", weights.get(b"text/*", everything))
    json = weights.get(b"application/json", weights.get(b"application/*", everything))
    return html > json


@lru_cache(maxsize=256)
def _allows_gzip(accepted: bytes) -> bool:
    weights = _weights(accepted)
    return weights.get(b"gzip", weights.get(b"*", 0.0)) > 0


def _weights(header: bytes) -> dict[bytes, float]:
    """Each item's `q`, 1 where there is none, 0 where it is no number."""
    weights = {}
    for item in header.lower().split(b","):
        name, *parameters = (part.strip() for part in item.split(b";"))
        given = [p.partition(b"=")[2] for p in parameters if p.startswith(b"q=")]
        weights[name] = _number(given[0]) if given else 1.0
    return weights


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
