"""How far the index follows the posts: versions raised, and noted once they are in it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, select, update

from pipeline.store.post_tables import post
from pipeline.store.posts import PostRow
from pipeline.store.prepared import Prepared

_p = post.c
_ALL = select(*[_p[name] for name in PostRow._fields])
_DIRTY = _p.indexed_version < _p.version
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
