"""What a search engine must do: Elasticsearch and FTS5 both do it, and one test suite holds them to it.

A generation is one whole index with a name of its own. Readers ask the live one; a rebuild fills
another and swaps. Writes carry the post's version: an engine keeps the newest and says which it kept.
Every method may raise Transient (try again later) or Rejected (never will).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from pipeline.domain.search import Document, Found, Hit, Search, Tombstone

Write = Document | Tombstone


class Outcome(StrEnum):
    """What became of one write."""

    STORED = "stored"
    NEWER = "newer"  # the index has a newer version: as good as stored
    BUSY = "busy"  # not now (429, 503): try again
    REFUSED = "refused"  # never (400): the document itself is at fault


class Written(NamedTuple):
    """One write's outcome; `reason` where it was not stored."""

    key: str
    outcome: Outcome
    reason: str = ""


class Entry(NamedTuple):
    """What a generation holds for a post. `digest` is None for a tombstone."""

    key: str
    version: int
    digest: str | None


class Generation(NamedTuple):
    """An index as the engine has it."""

    name: str
    fingerprint: str
    live: bool


class Engine(Protocol):
    """A search engine."""

    @property
    def kind(self) -> str:
        """Its name, for people: "elasticsearch" or "fts5"."""
        ...

    @property
    def fingerprint(self) -> str:
        """Digest of the schema a new generation would get: analysers, fields, versions."""
        ...

    @property
    def writers(self) -> int:
        """How many calls of `write` it works on at once; more would only wait for each other."""
        ...

    def trouble(self) -> str | None:
        """Why it does not answer now; None where it does. Never raises."""
        ...

    def generations(self) -> list[Generation]:
        """Every generation there is, by name. At most one is live."""
        ...

    def create(self, name: str) -> None:
        """Make an empty generation with today's schema, or leave the one of this name as it is."""
        ...

    def drop(self, name: str) -> None:
        """Delete a generation, if it is there. Raises Rejected for the live one."""
        ...

    def promote(self, name: str) -> None:
        """Make a generation the live one, in one step: no reader meets none, or two."""
        ...

    def write(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:
        """Write documents and tombstones; an outcome for each, in order.

        A write with a version below the stored one changes nothing (NEWER); an equal one is stored.
        `refresh`: what was written can be found when this returns.
        """
        ...

    def entries(self, name: str, *, after: str, size: int) -> list[Entry]:
        """What the generation holds, by key, past `after` ("" for the beginning), read back fresh."""
        ...

    def purge(self, name: str, keys: Sequence[str]) -> None:
        """Take entries out for good: tombstones nobody can write behind any more, and orphans."""
        ...

    def search(self, asked: Search) -> Found:
        """Ask the live generation. A site without a live generation finds nothing."""
        ...

    def related(self, site: str, post_id: str, *, size: int) -> list[Hit]:
        """Posts of the site that are like this one, the likest first, never itself."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...
