"""Comments: rows in, rows out. What readers get of them is read in `published`."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from pipeline.store.comment_tables import CommentState, comment
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
    public: str | None
    seen: int
    at: datetime
    received_at: datetime
    edited_at: datetime | None


_c = comment.c
_ALL = select(*[_c[name] for name in Comment._fields])
_OF_ID = _ALL.where(_c.id == bindparam("i"))
_BY_ID = Prepared(_OF_ID)
_LOCKED = Prepared(_OF_ID.with_for_update())
_BY_NAME = Prepared(_ALL.where(_c.source == bindparam("s"), _c.external_id == bindparam("x")))
_ADD = Prepared(insert(comment))
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
    public: str | None
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
