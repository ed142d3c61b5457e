"""What readers get of comments."""

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from pipeline.store.comment_tables import Seen, comment
from pipeline.store.comments import Comment
from pipeline.store.prepared import Prepared

_c = comment.c
_ON_PAGE = Prepared(
    select(
        _c.id,
        _c.parent_id,
        _c.seen,
        _c.author_name,
        _c.author_website,
        _c.avatar,
        _c.html,
        _c.at,
        _c.edited_at,
    ).where(
        _c.site == bindparam("s"),
        _c.page == bindparam("p"),
        or_(_c.seen == Seen.TEXT, _c.seen == Seen.PLACE_HOLDER),
    )
)


def on_page(db: Connection, site: str, page: str) -> list[tuple[Any, ...]]:
    """What readers get of a page, in no order.

    Each: id, parent_id, seen, author_name, author_website, avatar, html, at, edited_at.
    """
    return _ON_PAGE.rows(db, {"s": site, "p": page})


def newest(db: Connection, site: str, page: str | None, *, limit: int) -> list[Comment]:
    """The newest published comments of a site, or of one page, for feeds."""
    query = select(*[_c[name] for name in Comment._fields]).where(
        _c.site == site, _c.seen == Seen.TEXT
    )
    if page is not None:
        query = query.where(_c.page == page)
    return [Comment(*row) for row in db.execute(query.order_by(_c.id.desc()).limit(limit))]
