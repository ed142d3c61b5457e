"""Threads: a page's count and version, so that an unchanged page costs one row to answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, select
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store.comment_tables import thread
from pipeline.store.prepared import Prepared


class Thread(NamedTuple):
    """A page that has, or had, comments."""

    site: str
    page: str
    url: str
    size: int
    version: int
    changed_at: datetime


_t = thread.c
_ONE = Prepared(
    select(*[_t[name] for name in Thread._fields]).where(
        _t.site == bindparam("s"), _t.page == bindparam("p")
    )
)


def _upsert(
    insert: type[sqlite.Insert] | type[postgresql.Insert],
) -> sqlite.Insert | postgresql.Insert:
    statement = insert(thread)
    new = statement.excluded
    newer = new.version > _t.version
    return statement.on_conflict_do_update(
        index_elements=["site", "page"],
        set_={
            "size": _t.size + new.size,
            "url": case((newer, new.url), else_=_t.url),
            # Always another: two processes in one millisecond must not share an ETag.
            "version": case((newer, new.version), else_=_t.version + 1),
            "changed_at": case((newer, new.changed_at), else_=_t.changed_at),
        },
    )


_BUMP = Prepared({"sqlite": _upsert(sqlite.Insert), "postgresql": _upsert(postgresql.Insert)})


def bump(db: Connection, change: Thread) -> None:
    """Add `change.size` (which may be negative) and raise the version, to the event's id if newer."""
    _BUMP.change(db, change._asdict())


def get(db: Connection, site: str, page: str) -> Thread | None:
    """A page's thread."""
    row = _ONE.first(db, {"s": site, "p": page})
    return None if row is None else Thread(*row)


def counts(db: Connection, site: str, pages: Sequence[str]) -> dict[str, int]:
    """Published comments of each page; 0 for a page nobody commented."""
    rows = db.execute(select(_t.page, _t.size).where(_t.site == site, _t.page.in_(pages)))
    return dict.fromkeys(pages, 0) | {row[0]: row[1] for row in rows}


def newest_change(db: Connection, site: str) -> Thread | None:
    """The thread of a site that changed last."""
    query = select(*[_t[name] for name in Thread._fields]).where(_t.site == site)
    row = db.execute(query.order_by(_t.version.desc()).limit(1)).first()
    return None if row is None else Thread(*row)
