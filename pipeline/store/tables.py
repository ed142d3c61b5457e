"""The tables of the spine: what happened, who has a duty for it, which ticks were taken."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pipeline.store.types import BigId, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class State(StrEnum):
    """Where a delivery stands. Parked is pending with `next_at` in the future."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


_PENDING = text("state = 'pending'")
_DEAD = text("state = 'dead'")
TELLS_OF_ACCOUNTS = text("type IN ('follow.added', 'follow.removed', 'x.activity')")
"""Events that may hold a network's profiles: those of people who are gone must be found in time."""


def partial(name: str, *columns: str, where: object) -> Index:
    """An index over the rows that match `where`, on both databases."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


event = Table(
    "event",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("source", String(100), nullable=False),
    Column("external_id", String(600), nullable=False),
    Column("type", String(128), nullable=False),
    Column("subject", String(400)),
    Column("occurred_at", UtcTime),
    Column("data", Text, nullable=False),  # raw JSON as it came: read rarely, never queried into
    Column(
        "digest", LargeBinary(32), nullable=False
    ),  # SHA-256 of the body, kept when data is erased
    UniqueConstraint("source", "external_id"),
    partial("ix_event_of_accounts", "id", where=TELLS_OF_ACCOUNTS),
)

delivery = Table(
    "delivery",
    metadata,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    Column("handler", String(100), primary_key=True),
    Column("queue", String(50), nullable=False),
    Column("subject", String(400)),
    Column("state", String(10), nullable=False, server_default=State.PENDING),
    Column("attempts", Integer, nullable=False, server_default="0"),  # begun by a worker
    Column("dispatches", Integer, nullable=False, server_default="0"),  # sent out by a relay
    Column("next_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime),
    Column("settled_at", UtcTime),
    Column("last_error", Text),
    CheckConstraint("state IN ('pending', 'done', 'dead')", name="state"),
    partial("ix_delivery_due", "queue", "next_at", "event_id", where=_PENDING),
    partial("ix_delivery_subject", "queue", "subject", "event_id", where=_PENDING),
    partial("ix_delivery_leased", "queue", "lease_until", where=text("lease_until IS NOT NULL")),
    partial("ix_delivery_dead", "subject", "event_id", where=_DEAD),
    sqlite_with_rowid=False,
)

tick = Table(
    "tick",
    metadata,
    Column("job", String(50), primary_key=True),
    Column("slot", BigId, primary_key=True, autoincrement=False),
    Column("taken_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
