"""Posts for an index, and an index to find them in."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.domain.search import Document, Found, Page, Search, Tombstone, document_key, parse
from pipeline.domain.search.synonyms import Synonyms
from pipeline.index.engine import Engine, Written

SITE = "blog"
GLOSSARY = "glossary"
"""A site with synonyms."""
SYNONYMS = {
    GLOSSARY: Synonyms(["js, javascript", "continuous integration, ci", "k8s => kubernetes"])
}
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def post(post_id: str, title: str = "", body: str = "", **more: Any) -> Document:
    """An English post of `SITE`, version 1; `more` are any other fields."""
    site = more.pop("site", SITE)
    fields = {
        "key": document_key(site, post_id),
        "version": 1,
        "site": site,
        "id": post_id,
        "url": f"/{post_id}/",
        "title": title,
        "body": body,
        "published_at": LONG_AGO,
        "language": "en",
        **more,
    }
    said = repr({name: value for name, value in sorted(fields.items()) if name != "version"})
    return Document(**{"digest": hashlib.sha256(said.encode()).hexdigest(), **fields})


def gone(post_id: str, version: int, *, site: str = SITE) -> Tombstone:
    """A post that was deleted."""
    return Tombstone(document_key(site, post_id), version)


class Index:
    """One generation of an engine, as a test fills and asks it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name = engine, name

    def write(self, *writes: Document | Tombstone) -> list[Written]:
        """Write, so that it can be found at once."""
        return self.engine.write(self.name, writes, refresh=True)

    def ask(self, text: str, *, typing: bool = False, **more: Any) -> Found:
        """What the live generation finds; `more` are fields of `Search`."""
        asked = {"site": SITE, "now": NOW, "query": parse(text, typing=typing), **more}
        return self.engine.search(Search(**asked))

    def find(self, text: str, **more: Any) -> list[str]:
        """The ids of what is found, best first."""
        return [hit.id for hit in self.ask(text, **more).hits]

    def pages(self, text: str, *, size: int) -> list[list[str]]:
        """The ids of every page, each asked for with the last one's `next`."""
        pages: list[list[str]] = []
        after: Page | None = None
        while True:
            found = self.ask(text, size=size, after=after)
            pages.append([hit.id for hit in found.hits])
            after = found.next
            if after is None or len(pages) > 100:
                return pages

    def versions(self) -> Sequence[tuple[str, int, bool]]:
        """Key, version and whether there is a document, of all entries."""
        entries = self.engine.entries(self.name, after="", size=1000)
        return [(entry.key, entry.version, entry.digest is not None) for entry in entries]
