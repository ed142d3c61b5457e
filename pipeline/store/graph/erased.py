"""Accounts that must not be stored again: a keyed hash of each, and nothing else."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from pipeline.store.graph.bulk import chunks, insert_new
from pipeline.store.graph_tables import erased_account

_LOCK = 4_713_003


def add(db: Connection, who: bytes, *, now: datetime) -> None:
    """Note one; a known one stays as it was."""
    insert_new(db, erased_account, [{"who": who, "erased_at": now}], ("who",))


def any_there(db: Connection) -> bool:
    """Whether there are any: mostly there are none, and nobody need be hashed."""
    return db.execute(select(erased_account.c.who).limit(1)).first() is not None


def among(db: Connection, hashes: Collection[bytes]) -> set[bytes]:
    """Which of these are noted."""
    found: set[bytes] = set()
    for part in chunks(list(hashes)):
        query = select(erased_account.c.who).where(erased_account.c.who.in_(part))
        found.update(db.execute(query).scalars())
    return found


def hold_off(db: Connection) -> None:
    """Keep erasing away until this transaction ends: it is about to store people that it checked."""
    if db.dialect.name == "postgresql":  # SQLite has one writer at a time
        db.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


def take_over(db: Connection) -> None:
    """Wait for those who hold off, and keep others waiting until this transaction ends."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
