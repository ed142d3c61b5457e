"""Comments and their revisions: rows in, rows out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from pipeline.store.comment_tables import CommentState, Seen, comment, comment_revision, verdict
from pipeline.store.comment_tables import comment_band as band
from pipeline.store.prepared import Prepared


class Comment(NamedTuple):
    """A comment's row; see the table for what each column means."""

    id: int
    site: str
    source: str
    external_id: str
    page: str
    page_url: str
    parent_id: int | None
    parent_ref: str | None
    author_name: str
    author_email: str | None
    author_website: str | None
    author_key: str
    avatar: str
    ip: str | None
    user_agent: str | None
    state: str
    version: int
    revision: int
    shown_revision: int | None
    html: str | None
    seen: int
    at: datetime
    received_at: datetime
    edited_at: datetime | None


class Revision(NamedTuple):
    """One text of a comment, as rendered when it came."""

    comment_id: int
    revision: int
    event_id: int
    text: str
    html: str
    renderer: str
    at: datetime


class StoredVerdict(NamedTuple):
    """A verdict's row; `detail` is the whole verdict as JSON."""

    comment_id: int
    revision: int
    pipeline: str
    config: str
    decision: str
    score: float
    detail: str
    at: datetime


_c = comment.c
_ALL = select(*[_c[name] for name in Comment._fields])
_OF_ID = _ALL.where(_c.id == bindparam("i"))
_BY_ID = Prepared(_OF_ID)
_LOCKED = Prepared(_OF_ID.with_for_update())
_BY_NAME = Prepared(_ALL.where(_c.source == bindparam("s"), _c.external_id == bindparam("x")))
_REVISION = Prepared(
    select(*[comment_revision.c[name] for name in Revision._fields]).where(
        comment_revision.c.comment_id == bindparam("i"),
        comment_revision.c.revision == bindparam("n"),
    )
)
_ADD = Prepared(insert(comment))
_ADD_REVISION = Prepared(insert(comment_revision))
_ADD_BANDS = Prepared(insert(band))
_ADD_VERDICT = Prepared(insert(verdict))
_PARENT = Prepared(select(_c.id).where(_c.site == bindparam("s"), _c.id == bindparam("i")))
_ADOPT = Prepared(
    update(comment)
    .where(
        _c.site == bindparam("s"),
        _c.parent_id.is_(None),
        _c.parent_ref.in_([bindparam("x"), bindparam("own")]),
        or_(_c.source == bindparam("src"), _c.parent_ref == bindparam("own")),
        _c.id != bindparam("p"),
    )
    .values(parent_id=bindparam("p"))
)


def get(db: Connection, comment_id: int, *, lock: bool = False) -> Comment | None:
    """The comment with this id; `lock` keeps others off it until the transaction ends."""
    row = (_LOCKED if lock else _BY_ID).first(db, {"i": comment_id})
    return None if row is None else Comment(*row)


def find(db: Connection, source: str, external_id: str) -> Comment | None:
    """The comment that a source calls `external_id`."""
    row = _BY_NAME.first(db, {"s": source, "x": external_id})
    return None if row is None else Comment(*row)


def find_parent(db: Connection, site: str, source: str, reference: str) -> int | None:
    """The id of the comment a reply names: as its source knows it, else by Afterword's own id."""
    row = find(db, source, reference)
    if row is not None:
        return row.id
    if not reference.isdecimal() or len(reference) > len(str(2**63)):
        return None
    number = int(reference)
    found = _PARENT.first(db, {"s": site, "i": number}) if number < 2**63 else None
    return None if found is None else int(found[0])


def lock_page(db: Connection, site: str, page: str) -> None:
    """Let nobody else add to this page until the transaction ends.

    A reply and its parent that arrive together would each miss the other; SQLite has one writer
    anyway.
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{site} {page}", 0))))


def add(db: Connection, row: Comment) -> None:
    """Store a new comment, and give it the replies that came before it."""
    _ADD.change(db, row._asdict())
    names = {"x": row.external_id, "own": str(row.id), "src": row.source}
    _ADOPT.change(db, names | {"s": row.site, "p": row.id})


class Shown(NamedTuple):
    """What readers get of a comment from now on, and where it stands."""

    state: str
    shown_revision: int | None
    html: str | None
    seen: int
    edited_at: datetime | None = None


_SET_SHOWN = Prepared(
    update(comment)
    .where(_c.id == bindparam("i"))
    .values({name: bindparam(f"new_{name}") for name in Shown._fields})
    .values(version=_c.version + 1)
)
_SET_STATE = Prepared(
    update(comment)
    .where(_c.id == bindparam("i"))
    .values(state=bindparam("new_state"), version=_c.version + 1)
)
_SET_REVISION = Prepared(
    update(comment).where(_c.id == bindparam("i")).values(revision=bindparam("new"))
)


def set_shown(db: Connection, comment_id: int, shown: Shown) -> None:
    """Change what readers get; the version grows."""
    values = {f"new_{name}": value for name, value in shown._asdict().items()}
    _SET_SHOWN.change(db, values | {"i": comment_id})


def set_state(db: Connection, comment_id: int, state: CommentState) -> None:
    """Change where the comment stands and nothing that readers get; the version grows."""
    _SET_STATE.change(db, {"i": comment_id, "new_state": state})


def set_revision(db: Connection, comment_id: int, revision: int) -> None:
    """Note that there is a newer revision."""
    _SET_REVISION.change(db, {"i": comment_id, "new": revision})


def add_revision(db: Connection, row: Revision, *, fingerprint: int, bands: Sequence[int]) -> None:
    """Store a revision and where near-duplicates of it are looked up."""
    _ADD_REVISION.change(db, row._asdict())
    keys = {"comment_id": row.comment_id, "revision": row.revision, "fingerprint": fingerprint}
    if bands:
        _ADD_BANDS.change_many(db, [keys | {"band": each} for each in bands])


def revision(db: Connection, comment_id: int, number: int) -> Revision | None:
    """One revision of a comment."""
    row = _REVISION.first(db, {"i": comment_id, "n": number})
    return None if row is None else Revision(*row)


def add_verdict(db: Connection, row: StoredVerdict) -> None:
    """Store a verdict."""
    _ADD_VERDICT.change(db, row._asdict())


def verdicts(db: Connection, comment_id: int) -> list[StoredVerdict]:
    """All verdicts on a comment, newest revision first."""
    columns = [verdict.c[name] for name in StoredVerdict._fields]
    query = select(*columns).where(verdict.c.comment_id == comment_id)
    rows = db.execute(query.order_by(verdict.c.revision.desc(), verdict.c.at.desc()))
    return [StoredVerdict(*row) for row in rows]


def listing(  # noqa: PLR0913 - each is a filter of its own, none is needed
    db: Connection,
    *,
    site: str | None = None,
    state: CommentState | None = None,
    page: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Comment]:
    """Comments that match, newest first."""
    query = _ALL.order_by(_c.id.desc()).limit(limit)
    for column, value in ((_c.site, site), (_c.state, state), (_c.page, page)):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(_c.id < before)
    return [Comment(*row) for row in db.execute(query)]


def count_by_state(db: Connection) -> dict[str, int]:
    """How many comments stand in each state."""
    rows = db.execute(select(_c.state, func.count()).group_by(_c.state))
    return {row[0]: row[1] for row in rows}


_SEEN = Prepared(
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


def seen_on_page(db: Connection, site: str, page: str) -> list[tuple[Any, ...]]:
    """What readers get of a page, in no order.

    Each: id, parent_id, seen, author_name, author_website, avatar, html, at, edited_at.
    """
    return _SEEN.rows(db, {"s": site, "p": page})


def newest_seen(db: Connection, site: str, page: str | None, *, limit: int) -> list[Comment]:
    """The newest published comments of a site, or of one page, for feeds."""
    query = _ALL.where(_c.site == site, _c.seen == Seen.TEXT)
    if page is not None:
        query = query.where(_c.page == page)
    return [Comment(*row) for row in db.execute(query.order_by(_c.id.desc()).limit(limit))]
