"""What an index holds for a post: a document, or a tombstone where there is none to show."""

import hashlib
from datetime import datetime

import msgspec

_LONGEST_KEY = 512
"""Bytes of Elasticsearch's `_id`."""


class Heading(msgspec.Struct, frozen=True, array_like=True):
    """A heading of the body: a hit below it can land on its anchor."""

    anchor: str
    text: str
    at: int
    """Where its section begins in the body, in characters."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A published post as the index has it: plain text, no markup."""

    key: str
    version: int
    """Grows with every change of the post: a write with an older one changes nothing."""
    digest: str
    """Hex digest of all that follows: equal where nothing a reader could find has changed."""
    site: str
    id: str
    url: str
    title: str
    body: str
    published_at: datetime
    language: str
    """ISO 639-1, such as "en"; "und" where it is not known."""
    headings: tuple[Heading, ...] = ()
    summary: str = ""
    tags: tuple[str, ...] = ()
    section: str | None = None
    author: str | None = None
    comments: str = ""
    """Published comments below the post, one per line; empty where the site doesn't search them."""

    @property
    def year(self) -> int:
        """The year it was published in, UTC."""
        return self.published_at.year


class Tombstone(msgspec.Struct, frozen=True):
    """A post that must not be found. It stays in the index, so that a late write can't bring it back:

    Elasticsearch forgets a deleted document's version after `index.gc_deletes` (60 s).
    """

    key: str
    version: int


def document_key(site: str, post_id: str) -> str:
    """The document's key in every engine: site and id, or a digest of the id where that is too long."""
    key = f"{site}/{post_id}"
    if len(key.encode()) <= _LONGEST_KEY:
        return key
    return f"{site}/sha256:{hashlib.sha256(post_id.encode()).hexdigest()}"
