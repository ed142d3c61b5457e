"""Runs: one reading of a list each, and its pages until it ends."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline.domain.graph.kinds import Direction, ListKey, Mode
from pipeline.domain.graph.packing import pack, unpack
from pipeline.store.graph.bulk import insert_new
from pipeline.store.graph_tables import graph_run, run_page

_r, _p = graph_run.c, run_page.c


class RunRow(NamedTuple):
    """A run's row; see the table for what each column means."""

    id: int
    owner: int
    direction: Direction
    mode: Mode
    source: str
    started_at: datetime
    finished_at: datetime | None = None
    complete: bool = False
    pages: int = 0
    members: int = 0
    gained: int = 0
    missed: int = 0
    cost: int = 0

    @property
    def key(self) -> ListKey:
        """The list it reads."""
        return ListKey(self.owner, self.direction)


class PageRow(NamedTuple):
    """One page as it was read: members in rank order, newest first."""

    page_no: int
    members: tuple[int, ...]
    read_at: datetime


_ALL = select(*[_r[name] for name in RunRow._fields])


def add(db: Connection, row: RunRow) -> None:
    """Store a run that begins."""
    db.execute(insert(graph_run).values(row._asdict()))


def get(db: Connection, run_id: int, *, lock: bool = False) -> RunRow | None:
    """A run; `lock` keeps others off it until the transaction ends."""
    query = _ALL.where(_r.id == run_id)
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _row(row)


def change(db: Connection, run_id: int, **values: Any) -> None:
    """Set some of a run's columns."""
    db.execute(update(graph_run).where(_r.id == run_id).values(values))


def of_list(db: Connection, key: ListKey, *, limit: int = 100) -> list[RunRow]:
    """A list's runs, newest first."""
    query = _ALL.where(_r.owner == key.owner, _r.direction == key.direction)
    rows = db.execute(query.order_by(_r.started_at.desc(), _r.id.desc()).limit(limit))
    return [_row(row) for row in rows]


def complete_after(db: Connection, key: ListKey, moment: datetime) -> RunRow | None:
    """The first complete sweep that began after a moment."""
    query = _ALL.where(
        _r.owner == key.owner,
        _r.direction == key.direction,
        _r.mode == Mode.SWEEP,
        _r.complete.is_(True),
        _r.started_at > moment,
    )
    row = db.execute(query.order_by(_r.started_at).limit(1)).first()
    return None if row is None else _row(row)


def complete_before(db: Connection, key: ListKey, moment: datetime) -> RunRow | None:
    """The last complete sweep that began before a moment."""
    query = _ALL.where(
        _r.owner == key.owner,
        _r.direction == key.direction,
        _r.mode == Mode.SWEEP,
        _r.complete.is_(True),
        _r.started_at < moment,
    )
    row = db.execute(query.order_by(_r.started_at.desc()).limit(1)).first()
    return None if row is None else _row(row)


def of_source(db: Connection, key: ListKey, source: str) -> list[RunRow]:
    """A list's runs of one source, newest first."""
    query = _ALL.where(_r.owner == key.owner, _r.direction == key.direction, _r.source == source)
    rows = db.execute(query.order_by(_r.started_at.desc(), _r.id.desc()))
    return [_row(row) for row in rows]


def put_page(db: Connection, run_id: int, page: PageRow) -> None:
    """Store a page. One that is there already gives way to the later reading of the two."""
    values = {"members": pack(page.members), "read_at": page.read_at}
    keys = {"run_id": run_id, "page_no": page.page_no}
    if not insert_new(db, run_page, [keys | values], ("page_no",)):
        where = (_p.run_id == run_id, _p.page_no == page.page_no, _p.read_at < page.read_at)
        db.execute(update(run_page).where(*where).values(values))


def pages(db: Connection, run_id: int) -> list[PageRow]:
    """A run's pages in order."""
    query = select(_p.page_no, _p.members, _p.read_at).where(_p.run_id == run_id)
    rows = db.execute(query.order_by(_p.page_no))
    return [PageRow(row.page_no, unpack(row.members), row.read_at) for row in rows]


def pages_size(db: Connection, run_id: int) -> int:
    """How many members a run's pages hold; less, where one was erased meanwhile."""
    query = select(func.sum(func.length(_p.members))).where(_p.run_id == run_id)
    return int(db.execute(query).scalar() or 0)


def drop_pages(db: Connection, run_id: int) -> None:
    """Forget a run's pages: what they said is in the spans."""
    db.execute(delete(run_page).where(_p.run_id == run_id))


def _row(row: Any) -> RunRow:
    return RunRow(*row)._replace(direction=Direction(row.direction), mode=Mode(row.mode))
