"""What moderation looks up: an author's past, the last minutes, near-duplicates, the block list.

Each count stops at a ceiling: a flood must not make the look for floods slow.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    bindparam,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store.comment_tables import block, comment
from pipeline.store.comment_tables import comment_band as band
from pipeline.store.prepared import Prepared

COUNT_CEILING = 200
SIMILAR_CEILING = 100


class History(NamedTuple):
    """An author's comments by state, and when the first came."""

    published: int
    held: int
    rejected: int
    first_seen: datetime | None


class Neighbour(NamedTuple):
    """A comment, as far as a near-duplicate of it wants to know."""

    author_key: str
    page: str
    state: str


_c = comment.c
_PAST = Prepared(
    select(_c.state, func.count(), func.min(_c.received_at))
    .where(_c.site == bindparam("s"), _c.author_key == bindparam("a"), _c.id != bindparam("i"))
    .group_by(_c.state)
)


def _recent(*matching: Any) -> Any:
    rows = (
        select(literal_column("1", Integer).label("one"))
        .select_from(comment)
        .where(*matching, _c.site == bindparam("s"), _c.received_at > bindparam("since"))
        .limit(COUNT_CEILING)
        .subquery()
    )
    return select(func.count()).select_from(rows).scalar_subquery()


_RECENT = Prepared(
    select(
        _recent(_c.author_key == bindparam("a")),
        _recent(_c.ip == bindparam("ip")),
        _recent(_c.page == bindparam("p")),
        _recent(),
    )
)
_BANDS = ("band_0", "band_1", "band_2", "band_3")
_SHARING = Prepared(
    select(band.c.comment_id, band.c.fingerprint)
    .distinct()
    .where(
        band.c.band.in_([bindparam(name) for name in _BANDS]), band.c.comment_id != bindparam("i")
    )
    .order_by(band.c.comment_id.desc())
    .limit(SIMILAR_CEILING)
)


_NEIGHBOUR = Prepared(
    select(_c.id, _c.author_key, _c.page, _c.state).where(_c.id == bindparam("i"))
)
_BLOCKED = Prepared(select(block.c.kind, block.c.value).where(block.c.site == bindparam("s")))


def history(db: Connection, site: str, author_key: str, *, besides: int) -> History:
    """What became of the author's other comments on this site."""
    past = _PAST.rows(db, {"s": site, "a": author_key, "i": besides})
    rows = {row[0]: row for row in past}
    count = {state: row[1] for state, row in rows.items()}
    first = min((row[2] for row in rows.values()), default=None)
    return History(count.get("published", 0), count.get("held", 0), count.get("rejected", 0), first)


def recent(  # noqa: PLR0913 - the four things that are counted, and since when
    db: Connection, site: str, *, author_key: str, ip: str | None, page: str, since: datetime
) -> tuple[int, int, int, int]:
    """Comments since `since` by author, by address, on the page, on the site; at most COUNT_CEILING."""
    values = {"s": site, "a": author_key, "ip": ip, "p": page, "since": since}
    ((by_author, by_address, on_page, on_site),) = _RECENT.rows(db, values)
    return by_author, by_address, on_page, on_site


def sharing(db: Connection, bands: Sequence[int], *, besides: int) -> list[tuple[int, int]]:
    """Id and fingerprint of comments that share a band with a fingerprint, newest first.

    From the index alone: most that share one band are no near-duplicates.
    """
    if not bands:
        return []
    values = dict(zip(_BANDS, bands, strict=True)) | {"i": besides}
    return [(id_, print_) for id_, print_ in _SHARING.rows(db, values)]


def neighbours(db: Connection, ids: Collection[int]) -> dict[int, Neighbour]:
    """These comments by their ids."""
    rows = (row for id_ in ids if (row := _NEIGHBOUR.first(db, {"i": id_})) is not None)
    return {id_: Neighbour(*rest) for id_, *rest in rows}


def blocked(db: Connection, site: str, keys: Sequence[tuple[str, str]]) -> list[str]:
    """Which of these (kind, value) are on the site's block list, as "kind:value".

    The list is read whole: it is short, and one constant statement is faster than a made-up one.
    """
    listed = {(kind, value) for kind, value in _BLOCKED.rows(db, {"s": site})}
    return [f"{kind}:{value}" for kind, value in keys if (kind, value) in listed]


def add_block(db: Connection, row: dict[str, Any]) -> None:
    """Put an entry on the block list; a known one stays as it was."""
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    db.execute(insert(block).on_conflict_do_nothing(), row)


def remove_block(db: Connection, site: str, kind: str, value: str) -> None:
    """Take an entry off the block list."""
    b = block.c
    db.execute(delete(block).where(b.site == site, b.kind == kind, b.value == value))


def blocks(db: Connection, site: str | None) -> list[Any]:
    """The block list, newest first."""
    query = select(block).order_by(block.c.at.desc())
    return list(db.execute(query if site is None else query.where(block.c.site == site)))
