"""The tables of the follow graph: accounts and edges in time, and how lists are read.

Ordinals stand for accounts everywhere: dense 32-bit numbers that Roaring bitmaps like, whatever the
network's own ids are.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pipeline.store.tables import metadata, partial
from pipeline.store.types import BigId, UtcTime

account = Table(
    "account",
    metadata,
    Column("ord", BigId, primary_key=True, autoincrement=True),
    Column("network", String(100), nullable=False),
    Column("native_id", String(256), nullable=False),
    Column("handle", String(256)),
    Column("name", String(256)),
    Column("state", String(10), nullable=False, server_default="unknown"),
    Column("created_at", UtcTime),
    Column("followers", Integer),  # as the network counts them
    Column("following", Integer),
    Column("profile_at", UtcTime),  # when the columns above were read
    Column("gone_at", UtcTime),  # protected or deleted since: its profile is purged within a day
    UniqueConstraint("network", "native_id"),
    Index("ix_account_handle", "network", text("lower(handle)")),
    # A number that was an erased account's must never be another's: bitmaps may still be on their way.
    sqlite_autoincrement=True,
)

erased_account = Table(
    "erased_account",
    metadata,
    Column("who", LargeBinary(32), primary_key=True),  # keyed hash of network and native id
    Column("erased_at", UtcTime, nullable=False),
)

graph_list = Table(
    "graph_list",
    metadata,
    Column("owner", BigId, primary_key=True, autoincrement=False),
    Column("direction", String(10), primary_key=True),
    Column("credential", String(100), nullable=False),
    Column("interest", Float, nullable=False, server_default="1"),
    Column("probed_at", UtcTime),  # the head was read, by a probe or a sweep
    Column("swept_at", UtcTime),  # the last complete run began
    Column("next_probe_at", UtcTime),
    Column("next_sweep_at", UtcTime),
    Column("sweep_days", Float, nullable=False, server_default="30"),
    Column("changes", Float, nullable=False, server_default="0"),  # seen, discounted
    Column("days", Float, nullable=False, server_default="0"),  # over which they were seen
    Column("fence", LargeBinary),  # newest members in rank order, 32-bit little-endian ordinals
    Column("counted", Integer),  # its length, as the network last counted
    Column("counted_at", UtcTime),
    Column("changed_at", UtcTime),  # the count changed then, and the head was not read since
    Column("expected", Integer),  # what the count would be if nobody had left unnoticed
    Column("searched_at", UtcTime),  # those who left were looked for
    Column("paused", Text),  # why it is not read: its owner is protected, suspended, deleted
    Column("revision", BigId, nullable=False, server_default="0"),  # of its spans, for caches
)

sync_job = Table(
    "sync_job",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("owner", BigId, nullable=False),
    Column("direction", String(10), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("credential", String(100), nullable=False),
    Column("endpoint", String(100), nullable=False),
    Column("priority", String(20), nullable=False),
    Column("run_id", BigId, nullable=False),
    Column("cursor", Text),
    Column("page_no", Integer, nullable=False, server_default="0"),  # pages applied
    Column("version", Integer, nullable=False, server_default="0"),  # grows with every step
    Column("not_before", UtcTime, nullable=False),
    Column("out_until", UtcTime),  # a task is out for this version
    Column("attempts", Integer, nullable=False, server_default="0"),  # failures since the last page
    Column("served", Float, nullable=False, server_default="0"),  # virtual time: least goes first
    Column("plan", Text),  # of the mode: page size and such, JSON
    Column("reason", Text),  # why it waits, or failed
    Column("created_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    partial(
        "ix_sync_job_due",
        *("credential", "endpoint", "not_before", "priority", "served", "id"),
        where=text("state = 'open' AND out_until IS NULL"),
    ),
    partial("ix_sync_job_out", "credential", "endpoint", where=text("out_until IS NOT NULL")),
    Index("ix_sync_job_recent", "finished_at"),
    Index(
        "ix_sync_job_one",
        "owner",
        "direction",
        "mode",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

graph_run = Table(
    "graph_run",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("owner", BigId, nullable=False),
    Column("direction", String(10), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("source", String(20), nullable=False),  # api, archive
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("complete", Boolean, nullable=False, server_default=text("false")),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("members", Integer, nullable=False, server_default="0"),
    Column("gained", Integer, nullable=False, server_default="0"),
    Column("missed", Integer, nullable=False, server_default="0"),
    Column("cost", BigInteger, nullable=False, server_default="0"),
    Index("ix_graph_run_list", "owner", "direction", "started_at"),
)

run_page = Table(
    "run_page",
    metadata,
    Column("run_id", BigId, primary_key=True, autoincrement=False),
    Column("page_no", Integer, primary_key=True),
    Column("members", LargeBinary, nullable=False),  # in rank order, 32-bit little-endian ordinals
    Column("read_at", UtcTime, nullable=False),
)

edge_span = Table(
    "edge_span",
    metadata,
    Column("src", BigId, primary_key=True, autoincrement=False),  # who follows
    Column("dst", BigId, primary_key=True, autoincrement=False),  # whom
    Column("from_hi", UtcTime, primary_key=True),  # seen from then on
    Column("from_lo", UtcTime),  # not there yet at that time; None: never looked before
    Column("to_lo", UtcTime),  # still there then; None while it lasts
    Column("to_hi", UtcTime),  # no longer there then
    Column("end_reason", String(10)),
    Column("run_from", BigId, nullable=False),  # the run or event that saw it begin
    Column("run_to", BigId),
    partial("ix_edge_span_out", "src", "dst", where=text("to_hi IS NULL")),
    partial("ix_edge_span_in", "dst", "src", where=text("to_hi IS NULL")),
    Index("ix_edge_span_began", "dst", "from_hi"),
    Index("ix_edge_span_began_out", "src", "from_hi"),
    Index("ix_edge_span_ended", "dst", "to_hi"),
    Index("ix_edge_span_ended_out", "src", "to_hi"),
    sqlite_with_rowid=False,
)

edge_suspect = Table(
    "edge_suspect",
    metadata,
    Column("owner", BigId, primary_key=True, autoincrement=False),
    Column("direction", String(10), primary_key=True),
    Column("member", BigId, primary_key=True, autoincrement=False),
    Column("seen_at", UtcTime, nullable=False),  # last
    Column("missed_at", UtcTime, nullable=False),  # first
    Column("run_id", BigId, nullable=False),
    sqlite_with_rowid=False,
)

follow_count = Table(
    "follow_count",
    metadata,
    Column("account", BigId, primary_key=True, autoincrement=False),
    Column("at", UtcTime, primary_key=True),
    Column("followers", Integer),
    Column("following", Integer),
    sqlite_with_rowid=False,
)

set_cache = Table(
    "set_cache",
    metadata,
    Column("owner", BigId, primary_key=True, autoincrement=False),
    Column("direction", String(10), primary_key=True),
    Column("revision", BigId, nullable=False),  # of the list it was made of
    Column("members", LargeBinary, nullable=False),  # Roaring: everybody in it now
)
