"""Posts: rows in, rows out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, insert, or_, select, update

from pipeline.store.post_tables import post


class PostRow(NamedTuple):
    """A post's row; see the table for what each column means."""

    key: str
    site: str
    post_id: str
    page: str | None
    event_id: int
    revision: int | None
    version: int
    digest: bytes | None
    document: str | None
    builder: str | None
    published_at: datetime | None
    expires_at: datetime | None
    deleted_at: datetime | None
    visible: bool
    indexed_version: int = 0
    indexed_digest: bytes | None = None
    refused: str | None = None

    @property
    def is_dirty(self) -> bool:
        """Whether the index has yet to follow."""
        return self.indexed_version < self.version


_p = post.c
_ALL = select(*[_p[name] for name in PostRow._fields])
_DIRTY = _p.indexed_version < _p.version


def get(db: Connection, key: str, *, lock: bool = False) -> PostRow | None:
    """A post; `lock` keeps others off it until the transaction ends."""
    query = _ALL.where(_p.key == key)
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else PostRow(*row)


def save(db: Connection, row: PostRow, *, is_new: bool) -> None:
    """Store a post's new state."""
    values = row._asdict()
    if is_new:
        db.execute(insert(post).values(values))
    else:
        db.execute(update(post).where(_p.key == row.key).values(values))


def by_keys(db: Connection, keys: Sequence[str]) -> dict[str, PostRow]:
    """Posts by key."""
    rows = db.execute(_ALL.where(_p.key.in_(keys)))
    return {row[0]: PostRow(*row) for row in rows}


def walk(db: Connection, *, after: str, limit: int) -> list[PostRow]:
    """Posts and tombstones by key, past `after`."""
    query = _ALL.where(_p.key > after)
    return [PostRow(*row) for row in db.execute(query.order_by(_p.key).limit(limit))]


def not_built_by(db: Connection, builder: str, *, after: str, limit: int) -> list[PostRow]:
    """Posts by key, past `after`, whose document another builder made."""
    query = _ALL.where(_p.key > after, _p.document.is_not(None), _p.builder != builder)
    return [PostRow(*row) for row in db.execute(query.order_by(_p.key).limit(limit))]


class Known(NamedTuple):
    """What tells a changed post from an unchanged one."""

    digest: bytes | None
    expires_at: datetime | None
    removed: bool


def known(db: Connection, site: str) -> dict[str, Known]:
    """Every post of a site, by id."""
    rows = db.execute(
        select(_p.post_id, _p.digest, _p.expires_at, _p.deleted_at).where(_p.site == site)
    )
    return {row[0]: Known(row[1], row[2], row[3] is not None) for row in rows}


class Counts(NamedTuple):
    """How many posts there are of each kind."""

    visible: int
    hidden: int
    removed: int
    waiting: int
    """Not yet followed by the index."""
    refused: int

    @property
    def following(self) -> int:
        """How many documents the live index has."""
        return self.visible - self.waiting - self.refused


def counts(db: Connection, site: str | None = None) -> Counts:
    """Counts over one site, or all."""
    removed = _p.deleted_at.is_not(None)
    columns: list[Any] = [
        func.count().filter(_p.visible.is_(True)),
        func.count().filter(_p.visible.is_(False), ~removed),
        func.count().filter(removed),
        func.count().filter(_DIRTY, _p.refused.is_(None)),
        func.count().filter(_DIRTY, _p.refused.is_not(None)),
    ]
    query = select(*columns).select_from(post)
    if site is not None:
        query = query.where(_p.site == site)
    return Counts(*db.execute(query).one())


def listing(
    db: Connection, *, site: str | None, limit: int, text: str | None = None
) -> list[PostRow]:
    """Posts, newest first; `text` is part of an id or page."""
    query = _ALL
    if site is not None:
        query = query.where(_p.site == site)
    if text:
        query = query.where(
            or_(_p.post_id.contains(text, autoescape=True), _p.page.contains(text, autoescape=True))
        )
    rows = db.execute(query.order_by(_p.published_at.desc(), _p.key).limit(limit))
    return [PostRow(*row) for row in rows]


def visible_id(db: Connection, site: str, page: str) -> str | None:
    """The id of the published post at a path."""
    query = select(_p.post_id).where(_p.site == site, _p.page == page, _p.visible.is_(True))
    return db.execute(query.order_by(_p.post_id).limit(1)).scalar()


def visible_url(db: Connection, key: str) -> str | None:
    """Where a published post is."""
    document = db.execute(select(_p.document).where(_p.key == key, _p.visible.is_(True))).scalar()
    return None if document is None else str(msgspec.json.decode(document)["url"])
