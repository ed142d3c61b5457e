"""Lists that are kept: whose, how often they are read, how far they are known."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.tally import Tally
from pipeline.store.graph.bulk import among, chunks
from pipeline.store.graph_tables import graph_list, set_cache

_l = graph_list.c


class ListRow(NamedTuple):
    """A list's row; see the table for what each column means.

    `swept_at` is when the newest complete run began, `probed_at` when the head was last read: who
    is newer than that came after it.
    """

    owner: int
    direction: Direction
    credential: str
    interest: float = 1.0
    probed_at: datetime | None = None
    swept_at: datetime | None = None
    next_probe_at: datetime | None = None
    next_sweep_at: datetime | None = None
    sweep_days: float = 30.0
    changes: float = 0.0
    days: float = 0.0
    fence: bytes | None = None
    counted: int | None = None
    counted_at: datetime | None = None
    changed_at: datetime | None = None
    expected: int | None = None
    searched_at: datetime | None = None
    paused: str | None = None
    revision: int = 0

    @property
    def tally(self) -> Tally:
        """What its network's count tells."""
        return Tally(self.counted, self.changed_at, self.expected)

    @property
    def key(self) -> ListKey:
        """Which list it is."""
        return ListKey(self.owner, self.direction)


_ALL = select(*[_l[name] for name in ListRow._fields])


def get(db: Connection, key: ListKey, *, lock: bool = False) -> ListRow | None:
    """A list; `lock` keeps others off its row until the transaction ends."""
    query = _ALL.where(_l.owner == key.owner, _l.direction == key.direction)
    row = db.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _row(row)


def save(db: Connection, row: ListRow) -> None:
    """Store a list whole, new or known."""
    if not change(db, row.key, **row._asdict()):
        db.execute(insert(graph_list).values(row._asdict()))


def change(db: Connection, key: ListKey, **values: Any) -> bool:
    """Set some columns; whether there is such a list."""
    where = (_l.owner == key.owner, _l.direction == key.direction)
    return bool(db.execute(update(graph_list).where(*where).values(values)).rowcount)


def remove(db: Connection, key: ListKey) -> bool:
    """Keep the list no longer; whether it was. What is known of its members stays."""
    # Kept again, it counts its revisions from 0: a set of before must not be taken for a newer one.
    cached = (set_cache.c.owner == key.owner, set_cache.c.direction == key.direction)
    db.execute(delete(set_cache).where(*cached))
    where = (_l.owner == key.owner, _l.direction == key.direction)
    return bool(db.execute(delete(graph_list).where(*where)).rowcount)


def listing(db: Connection) -> list[ListRow]:
    """Every list, by owner."""
    return [_row(row) for row in db.execute(_ALL.order_by(_l.owner, _l.direction))]


def of_owners(db: Connection, owners: Iterable[int]) -> list[ListRow]:
    """The lists of these accounts that are kept, by owner."""
    query = _ALL.order_by(_l.owner, _l.direction)
    found = []
    for part in chunks(sorted(set(owners))):
        found += [_row(row) for row in db.execute(query.where(_l.owner.in_(part)))]
    return found


def counted(db: Connection, owners: Iterable[int], *, now: datetime) -> None:
    """Say that these accounts were asked how long their lists are."""
    for part in chunks(sorted(set(owners))):
        db.execute(update(graph_list).where(_l.owner.in_(part)).values(counted_at=now))


def owners(db: Connection, direction: Direction) -> dict[int, datetime | None]:
    """Whose lists of a direction are kept, and when each one's newest complete run began."""
    rows = db.execute(select(_l.owner, _l.swept_at).where(_l.direction == direction))
    return {row.owner: row.swept_at for row in rows}


def bump(db: Connection, direction: Direction, owners: Iterable[int]) -> None:
    """Say that these lists' members changed: whoever cached them looks again."""
    for part in chunks(sorted(owners)):
        where = (_l.direction == direction, among(db, _l.owner, part))
        db.execute(update(graph_list).where(*where).values(revision=_l.revision + 1))


def _row(row: Any) -> ListRow:
    return ListRow(*row)._replace(direction=Direction(row.direction))
