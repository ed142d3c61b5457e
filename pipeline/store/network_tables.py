"""The tables of asking networks: as whom, inside which windows, for how much.

Money is in micro-dollars, so that nothing is rounded.
"""

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

credential = Table(
    "credential",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("network", String(100), nullable=False),
    Column("kind", String(10), nullable=False),  # bearer, oauth2, setting, public
    Column("app", String(100), nullable=False),  # whose money it spends
    Column("owner_id", String(256)),  # the account it speaks for: reading that one's lists is cheap
    Column("handle", String(256)),  # of whoever logged in
    Column("secret", LargeBinary),  # tokens, encrypted; of a setting, the token's digest
    Column("version", Integer, nullable=False, server_default="1"),  # grows with every change
    Column("expires_at", UtcTime),
    Column("refresh_until", UtcTime),  # somebody is fetching new tokens, at most until then
    Column("broken", Text),  # why it is not used
    Column("added_at", UtcTime, nullable=False),
)

app_breaker = Table(
    "app_breaker",
    metadata,
    Column("app", String(100), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("until", UtcTime),  # None: until somebody closes it
)

rate_window = Table(
    "rate_window",
    metadata,
    Column("credential", String(100), primary_key=True),
    Column("endpoint", String(100), primary_key=True),
    Column("quota", Integer, nullable=False),  # calls per window
    Column("remaining", Integer, nullable=False),  # as the network last said, less what got lost
    Column("reset_at", UtcTime),  # None until the window's first answer
)

rate_lease = Table(
    "rate_lease",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("credential", String(100), nullable=False),
    Column("endpoint", String(100), nullable=False),
    Column("until", UtcTime, nullable=False),  # past it the call counts as spent
    Index("ix_rate_lease_window", "credential", "endpoint"),
)

budget_ledger = Table(
    "budget_ledger",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("job_id", BigId, nullable=False),
    Column("step", Integer, nullable=False),  # the job's version when it asked
    Column("app", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),  # when it was reserved
    Column("day", String(10), nullable=False),  # UTC, as charged; while open, the last that may be
    Column("kind", String(20), nullable=False),  # followers, following, user, event
    Column("scheduled", Boolean, nullable=False),  # nobody asked for it: it has a share of the caps
    Column("reserved", BigInteger, nullable=False),
    Column("cost", BigInteger),  # None while the call is out; then what it came to
    Column("resources", Integer),  # returned and new that day; None where nobody will ever know
    # Holds all that a sum needs, and none of the many calls that cost nothing.
    partial("ix_budget_ledger_spent", "app", "day", "scheduled", "cost", where=text("cost > 0")),
    Index(
        "ix_budget_ledger_one",
        "job_id",
        "step",
        unique=True,
        sqlite_where=text("cost IS NULL"),
        postgresql_where=text("cost IS NULL"),
    ),
    partial("ix_budget_ledger_open", "app", where=text("cost IS NULL")),
)

paid_today = Table(
    "paid_today",
    metadata,
    Column("app", String(100), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("owner", BigId, primary_key=True, autoincrement=False),  # 0 for profiles
    Column("members", LargeBinary, nullable=False),  # Roaring: a second read is free that day
)
