"""Posts: rows in, rows out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, bindparam, case, func, insert, or_, select, update

from pipeline.store.comment_tables import Seen, comment
from pipeline.store.post_tables import post
from pipeline.store.prepared import Prepared


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


_ON_PAGE = Prepared(
    select(_p.key)
    .where(_p.site == bindparam("s"), _p.page == bindparam("p"), _p.visible.is_(True))
    .limit(1)
)


def is_on_page(db: Connection, site: str, page: str) -> bool:
    """Whether a published post is at this path."""
    return _ON_PAGE.first(db, {"s": site, "p": page}) is not None


def touch(db: Connection, site: str, page: str, *, version: int) -> list[PostRow]:
    """Give the visible posts of a page a new version: a comment below them changed.

    The posts as they were before.
    """
    rows = db.execute(
        _ALL.where(_p.site == site, _p.page == page, _p.visible.is_(True)).with_for_update()
    ).all()
    found = [PostRow(*row) for row in rows]
    if found:
        raise_versions(db, [row.key for row in found], version=version)
    return found


def versions(db: Connection) -> dict[str, int]:
    """Every post's version, by key."""
    return {row[0]: row[1] for row in db.execute(select(_p.key, _p.version))}


def raise_versions(db: Connection, keys: Sequence[str], *, version: int) -> None:
    """Make the index follow anew: the version becomes `version`, or one more where that is older."""
    newer = case((_p.version < version, version), else_=_p.version + 1)
    db.execute(update(post).where(_p.key.in_(keys)).values(version=newer, refused=None))


def dirty(db: Connection, *, limit: int, but: Sequence[str] = ()) -> list[PostRow]:
    """Posts that the index has yet to follow, without those it refused."""
    query = _ALL.where(_DIRTY, _p.refused.is_(None))
    if but:
        query = query.where(_p.key.not_in(but))
    return [PostRow(*row) for row in db.execute(query.order_by(_p.key).limit(limit))]


def by_keys(db: Connection, keys: Sequence[str]) -> dict[str, PostRow]:
    """Posts by key."""
    rows = db.execute(_ALL.where(_p.key.in_(keys)))
    return {row[0]: PostRow(*row) for row in rows}


def walk(db: Connection, *, after: str, limit: int, upto: str | None = None) -> list[PostRow]:
    """Posts and tombstones by key, past `after`."""
    query = _ALL.where(_p.key > after)
    if upto is not None:
        query = query.where(_p.key <= upto)
    return [PostRow(*row) for row in db.execute(query.order_by(_p.key).limit(limit))]


class Indexed(NamedTuple):
    """What the index now has of a post."""

    key: str
    version: int
    digest: bytes | None


def mark_indexed(db: Connection, done: Iterable[Indexed]) -> None:
    """Note what the index has. An older note never replaces a newer one."""
    for each in done:
        db.execute(
            update(post)
            .where(_p.key == each.key, _p.indexed_version < each.version)
            .values(indexed_version=each.version, indexed_digest=each.digest, refused=None)
        )


def mark_refused(db: Connection, key: str, *, version: int, reason: str) -> None:
    """Note that the engine will never take this version."""
    where = and_(_p.key == key, _p.version == version)
    db.execute(update(post).where(where).values(refused=reason))


def still_dirty(db: Connection, keys: Sequence[str]) -> list[PostRow]:
    """Of these, the posts that changed again meanwhile."""
    rows = db.execute(_ALL.where(_p.key.in_(keys), _DIRTY, _p.refused.is_(None)))
    return [PostRow(*row) for row in rows]


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


def comments_below(
    db: Connection, pages: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], list[str]]:
    """What readers get of the published comments of (site, page)s, oldest first."""
    by_site: dict[str, set[str]] = {}
    for site, page in pages:
        by_site.setdefault(site, set()).add(page)
    found: dict[tuple[str, str], list[str]] = {}
    c = comment.c
    for site, paths in by_site.items():
        rows = db.execute(
            select(c.page, c.public)
            .where(c.site == site, c.page.in_(sorted(paths)), c.seen == Seen.TEXT)
            .order_by(c.at, c.id)
        )
        for page, public in rows:
            found.setdefault((site, page), []).append(public)
    return found


class Counts(NamedTuple):
    """How many posts there are of each kind."""

    visible: int
    hidden: int
    removed: int
    waiting: int
    """Not yet followed by the index."""
    refused: int


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
