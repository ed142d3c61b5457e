"""The tables of search: the newest known state of each post, the index's generations, what was asked.

Posts can be folded again from the log, generations be built again from the posts.
"""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from pipeline.store.tables import metadata, partial
from pipeline.store.types import BigId, UtcTime


class GenerationState(StrEnum):
    """Where a generation of the index stands."""

    BUILDING = "building"
    LIVE = "live"
    KEPT = "kept"  # was live: `index rollback` goes back to it
    FAILED = "failed"  # did not equal the posts: never went live


post = Table(
    "post",
    metadata,
    Column("key", String(512), primary_key=True),  # pipeline.domain.search.document_key
    Column("site", String(100), nullable=False),
    Column("post_id", String(256), nullable=False),
    Column("page", String(500)),  # the path of its URL: where its comments are
    Column("event_id", BigId, nullable=False),  # what it was folded from
    Column("revision", BigInteger),  # as its sender counts; None where nobody does
    Column("version", BigInteger, nullable=False),  # grows with every change of its document
    Column("digest", LargeBinary(32)),  # of the document, without its comments
    Column("document", Text),  # as pipeline.domain.search.Document, made once; None when removed
    Column("builder", String(40)),  # what made the document
    Column("published_at", UtcTime),
    Column("expires_at", UtcTime),
    Column("deleted_at", UtcTime),  # a tombstone: an older revision that comes late stays out
    Column(
        "visible", Boolean, nullable=False
    ),  # published, and neither future, expired nor removed
    Column("indexed_version", BigInteger, nullable=False),  # below `version`: the index must follow
    Column("indexed_digest", LargeBinary(32)),  # of the document as indexed, with its comments
    Column("refused", Text),  # why the engine will never take this version
    Index("ix_post_page", "site", "page"),
    Index("ix_post_listed", "site", "published_at"),
    partial("ix_post_dirty", "key", where=text("indexed_version < version")),
)

index_generation = Table(
    "index_generation",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("engine", String(20), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("cursor", String(512), nullable=False, server_default=""),  # the last key that is in it
    Column("written", Integer, nullable=False, server_default="0"),
    Column("expected", Integer),  # posts at the time of the comparison before the swap
    Column("checksum", String(64)),  # of keys, versions and digests, equal on both sides
    Column("problem", Text),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("builder_until", UtcTime),  # one process builds: its lease
    Column("reconciled_at", UtcTime),
    Column("drift", Integer),  # differences that the last reconcile found
)

content_state = Table(
    "content_state",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("state", Text),  # the content source's own bookmark, JSON; None before it was read whole
    Column("synced_at", UtcTime),
    Column("counts", Text),  # what the last sync did, JSON
    Column("reader_until", UtcTime),  # one process reads: its lease
)

search_query = Table(
    "search_query",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("site", String(100), nullable=False),
    Column("text", String(500), nullable=False),
    Column("total", Integer, nullable=False),
    Column("clicks", Integer, nullable=False, server_default="0"),
    Column("asked_at", UtcTime, nullable=False),
    Index("ix_search_query_asked", "site", "asked_at"),
)
