"""Comments as an Atom feed (RFC 4287), with tag URIs (RFC 4151) as ids that never change."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
EMPTY_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated: always the same, so that it stays unchanged."""

# Everything but Char of XML 1.0 (fifth edition, section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# ASCII that no IRI may hold (RFC 3987, section 2.2).
_NOT_IN_IRI = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")


class Entry(NamedTuple):
    """A published comment. `html` is clean; the writer escapes it."""

    id: int
    page: str
    page_url: str
    name: str
    website: str | None
    html: str
    at: datetime
    edited_at: datetime | None


class Feed(NamedTuple):
    """A feed's head. `host` names the site, `address` is the feed's own path and query."""

    host: str
    title: str
    address: str
    site_url: str
    page: str | None
    updated: datetime


def write_feed(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The feed as XML in UTF-8."""
    root = ET.Element("feed", xmlns=NAMESPACE)
    _add(root, "id", _tag(feed.host, f"comments{feed.page or ''}"))
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=_iri(feed.address))
    _add(root, "link", rel="alternate", type="text/html", href=_iri(feed.site_url))
    _add(_add(root, "author"), "name", feed.host)
    for entry in entries:
        _add_entry(root, feed.host, entry)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(root: ET.Element, host: str, entry: Entry) -> None:
    element = _add(root, "entry")
    _add(element, "id", _tag(host, f"comment:{entry.id}"))
    _add(element, "title", f"{entry.name} on {entry.page}")
    _add(element, "published", _moment(entry.at))
    _add(element, "updated", _moment(entry.edited_at or entry.at))
    link = f"{entry.page_url.partition('#')[0]}#comment-{entry.id}"
    _add(element, "link", rel="alternate", type="text/html", href=_iri(link))
    author = _add(element, "author")
    _add(author, "name", entry.name)
    if entry.website:
        _add(author, "uri", _iri(entry.website))
    _add(element, "content", entry.html, type="html")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    clean = {key: _FORBIDDEN.sub("", value) for key, value in attributes.items()}
    element = ET.SubElement(parent, name, clean)
    if text is not None:
        element.text = _FORBIDDEN.sub("", text)
    return element


def _tag(host: str, specific: str) -> str:
    return _iri(f"tag:{host.partition(':')[0]},2026:{specific}")


def _iri(text: str) -> str:
    return _NOT_IN_IRI.sub(lambda found: quote(found[0]), text)


def _moment(moment: datetime) -> str:
    """RFC 3339, as RFC 4287 section 3.3 wants it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
