"""The tables that the comment events are folded into. All of them can be rebuilt from the log."""

from enum import IntEnum, StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pipeline.store.tables import metadata, partial
from pipeline.store.types import BigId, UtcTime


class CommentState(StrEnum):
    """Where the newest revision stands. An edit may be HELD while readers still see the one before."""

    HELD = "held"
    PUBLISHED = "published"
    REJECTED = "rejected"
    REMOVED = "removed"


class Seen(IntEnum):
    """What readers get of a comment."""

    NOTHING = 0
    TEXT = 1
    PLACE_HOLDER = 2  # removed; shown while it has replies


comment = Table(
    "comment",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),  # the id of its comment.posted
    Column("site", String(100), nullable=False),
    Column("source", String(100), nullable=False),
    Column("external_id", String(256), nullable=False),
    Column("page", String(500), nullable=False),
    Column("page_url", String(2000), nullable=False),
    Column("parent_id", BigId),
    Column("parent_ref", String(256)),  # the parent as its source names it, which may come later
    Column("author_name", String(200), nullable=False),
    Column("author_email", String(254)),
    Column("author_website", String(500)),
    Column("author_key", String(32), nullable=False),
    Column("avatar", String(16), nullable=False),
    Column("ip", String(64)),
    Column("user_agent", String(500)),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),  # grows with every decision: stale ones are refused
    Column("revision", Integer, nullable=False),  # newest
    Column("shown_revision", Integer),  # what readers see; None while nothing was ever published
    Column("public", Text),  # JSON of domain.public; None where readers get nothing
    Column("seen", SmallInteger, nullable=False),  # Seen: what readers get of it
    Column("at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("edited_at", UtcTime),
    UniqueConstraint("source", "external_id"),
    Index("ix_comment_page", "site", "page", "seen"),
    Index("ix_comment_on_page", "site", "page", "received_at"),
    Index("ix_comment_author", "site", "author_key", "received_at"),
    Index("ix_comment_address", "site", "ip", "received_at"),
    Index("ix_comment_received", "site", "received_at"),
    partial(
        "ix_comment_orphan",
        "site",
        "parent_ref",
        where=text("parent_id IS NULL AND parent_ref IS NOT NULL"),
    ),
    partial("ix_comment_held", "site", "id", where=text("state = 'held'")),
)

comment_revision = Table(
    "comment_revision",
    metadata,
    Column("comment_id", BigId, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True),
    Column("event_id", BigId, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("renderer", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)

comment_band = Table(  # near-duplicate look-up: four 16-bit bands of each 64-bit fingerprint
    "comment_band",
    metadata,
    Column("band", Integer, primary_key=True),
    Column("comment_id", BigId, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True),
    Column("fingerprint", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

verdict = Table(
    "verdict",
    metadata,
    Column("comment_id", BigId, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True),
    Column("pipeline", String(40), primary_key=True),
    Column("config", String(64), nullable=False),
    Column("decision", String(10), nullable=False),
    Column("score", Float, nullable=False),
    Column("detail", Text, nullable=False),  # the whole verdict as JSON
    Column("at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)

moderation_action = Table(  # append-only; each row's hash covers the row before
    "moderation_action",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),  # the id of its event
    Column("comment_id", BigId),
    Column("actor", String(100), nullable=False),
    Column("action", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("before", String(300), nullable=False),
    Column("after", String(300), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("previous_hash", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_moderation_action_comment", "comment_id", "id"),
)

thread = Table(
    "thread",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("page", String(500), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("size", Integer, nullable=False),  # published comments
    Column(
        "version", BigInteger, nullable=False
    ),  # id of the newest event that changed what is seen
    Column("changed_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)

block = Table(
    "block",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("kind", String(10), primary_key=True),  # author, email, ip, domain
    Column("value", String(254), primary_key=True),
    Column("reason", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
