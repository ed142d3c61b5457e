"""Sitemaps and their indexes. Rules: https://www.sitemaps.org/protocol.html."""

import io
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipeline.domain.posts.moments import moment
from pipeline.domain.posts.problem import PostError

SITEMAP_LIMIT = 52_428_800
"""Bytes of a sitemap, unpacked: the protocol's own limit."""


class Location(NamedTuple):
    """An entry: a page, or another sitemap."""

    url: str
    lastmod: str | None
    is_sitemap: bool

    @property
    def at(self) -> datetime | None:
        """When it was last changed; None where it doesn't say, or not in words one can read."""
        try:
            return moment(self.lastmod, UTC)
        except ValueError:
            return None


def locations(body: bytes) -> Iterator[Location]:
    """A sitemap's entries, in their order. Raises PostError with the line for what is none."""
    parser = iterparse(io.BytesIO(_unpacked(body)), events=("start", "end"), forbid_dtd=True)
    root = None
    try:
        for event, element in parser:
            name = _local(element.tag)
            if root is None:
                root = element
                if name not in {"urlset", "sitemapindex"}:
                    raise PostError(1, f"it is no sitemap: it begins with <{name[:40]}>")
            elif event == "end" and name in {"url", "sitemap"}:
                found = {_local(child.tag): (child.text or "").strip() for child in element}
                if url := found.get("loc"):
                    yield Location(url, found.get("lastmod") or None, name == "sitemap")
                root.clear()
    except ParseError as error:
        raise PostError(error.position[0], f"the XML can't be read: {error}") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise PostError(None, f"the XML can't be read: {error}") from error


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _unpacked(body: bytes) -> bytes:
    """The XML of a sitemap that is a gzip file, as sitemap.xml.gz is; any other as it came."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpack = zlib.decompressobj(wbits=31)
        found = unpack.decompress(body, SITEMAP_LIMIT + 1)
    except zlib.error as error:
        raise PostError(None, f"the gzip file can't be read: {error}") from error
    if len(found) > SITEMAP_LIMIT:
        raise PostError(None, f"it is larger than {SITEMAP_LIMIT // 1_000_000} MB")
    if not unpack.eof:
        raise PostError(None, "the gzip file breaks off")
    return found
