"""The audit of people's decisions: append-only, each row's hash covers the row before."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, insert, select

from pipeline.store.comment_tables import moderation_action

GENESIS = bytes(32)
_CHAIN_LOCK = 4_713_002


class Action(NamedTuple):
    """One decision. `before` and `after` are JSON of what changed."""

    id: int
    comment_id: int | None
    actor: str
    action: str
    reason: str
    note: str
    before: str
    after: str
    at: datetime


class Link(NamedTuple):
    """An action as stored, with its place in the chain."""

    action: Action
    previous_hash: bytes
    hash: bytes


_a = moderation_action.c
_COLUMNS = [_a[name] for name in Action._fields]


def lock(db: Connection) -> int:
    """Hold the chain until the transaction ends; the id of its newest action, 0 for none."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    return db.execute(select(func.max(_a.id))).scalar_one() or 0


def append(db: Connection, action: Action) -> None:
    """Add to the chain. Call `lock` first."""
    newest = select(_a.hash).order_by(_a.id.desc()).limit(1)
    previous = db.execute(newest).scalar_one_or_none() or GENESIS
    row = action._asdict() | {"previous_hash": previous, "hash": link_hash(previous, action)}
    db.execute(insert(moderation_action), row)


def link_hash(previous: bytes, action: Action) -> bytes:
    """SHA-256 over the hash before and the action's canonical JSON."""
    return hashlib.sha256(previous + msgspec.json.encode(list(action))).digest()


def of_comment(db: Connection, comment_id: int) -> list[Action]:
    """Decisions on a comment, oldest first."""
    rows = db.execute(select(*_COLUMNS).where(_a.comment_id == comment_id).order_by(_a.id))
    return [Action(*row) for row in rows]


def chain(db: Connection) -> Iterator[Link]:
    """Every link, oldest first."""
    for row in db.execute(select(*_COLUMNS, _a.previous_hash, _a.hash).order_by(_a.id)):
        yield Link(Action(*row[:-2]), bytes(row[-2]), bytes(row[-1]))


def first_broken(db: Connection) -> int | None:
    """The id of the first action whose hash does not fit; None for a whole chain."""
    previous = GENESIS
    for link in chain(db):
        if link.previous_hash != previous or link_hash(previous, link.action) != link.hash:
            return link.action.id
        previous = link.hash
    return None
