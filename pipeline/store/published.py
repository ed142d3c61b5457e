"""What readers get of comments."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select

from pipeline.store.comment_tables import Seen, comment
from pipeline.store.prepared import Prepared

OnPage = tuple[int, int | None, int, str]
"""A comment on a page: id, parent_id, seen, public. As the driver gives it: there are many."""


class Published(NamedTuple):
    """A published comment for a feed; see the table for what each column means."""

    id: int
    page: str
    page_url: str
    public: str


_c = comment.c
_ON_PAGE = Prepared(
    select(_c.id, _c.parent_id, _c.seen, _c.public)
    .where(
        _c.site == bindparam("s"),
        _c.page == bindparam("p"),
        or_(_c.seen == Seen.TEXT, _c.seen == Seen.PLACE_HOLDER),
    )
    .order_by(_c.at, _c.id)
)


def on_page(db: Connection, site: str, page: str) -> list[OnPage]:
    """What readers get of a page, oldest first."""
    return _ON_PAGE.rows(db, {"s": site, "p": page})


def newest(db: Connection, site: str, page: str | None, *, limit: int) -> list[Published]:
    """The newest published comments of a site, or of one page."""
    columns = [_c[name] for name in Published._fields]
    query = select(*columns).where(_c.site == site, _c.seen == Seen.TEXT)
    if page is not None:
        query = query.where(_c.page == page)
    return [Published(*row) for row in db.execute(query.order_by(_c.id.desc()).limit(limit))]


def below(db: Connection, pages: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], list[str]]:
    """What readers get of the published comments of (site, page)s, oldest first."""
    by_site: dict[str, set[str]] = {}
    for site, page in pages:
        by_site.setdefault(site, set()).add(page)
    found: dict[tuple[str, str], list[str]] = {}
    for site, paths in by_site.items():
        rows = db.execute(
            select(_c.page, _c.public)
            .where(_c.site == site, _c.page.in_(sorted(paths)), _c.seen == Seen.TEXT)
            .order_by(_c.at, _c.id)
        )
        for page, public in rows:
            found.setdefault((site, page), []).append(public)
    return found
