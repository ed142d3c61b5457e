"""Suspects: members a complete look missed, until somebody asks why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.store.graph.bulk import among, chunks, insert_new
from pipeline.store.graph_tables import edge_suspect

_s = edge_suspect.c


class Suspect(NamedTuple):
    """A member that was last seen at one time, and first missed at another."""

    member: int
    seen_at: datetime
    missed_at: datetime
    run_id: int


def add(db: Connection, key: ListKey, suspects: Iterable[Suspect]) -> int:
    """Note members that are missing; how many are news. The first miss of each stays."""
    rows = [key._asdict() | suspect._asdict() for suspect in suspects]
    return len(insert_new(db, edge_suspect, rows, ("member",)))


def of_list(db: Connection, key: ListKey) -> dict[int, Suspect]:
    """A list's suspects, by member."""
    query = select(*[_s[name] for name in Suspect._fields]).order_by(_s.member)
    rows = db.execute(query.where(_s.owner == key.owner, _s.direction == key.direction))
    return {row.member: Suspect(*row) for row in rows}


def get(db: Connection, key: ListKey, member: int) -> Suspect | None:
    """One member, where it is a suspect."""
    query = select(*[_s[name] for name in Suspect._fields]).where(
        _s.owner == key.owner, _s.direction == key.direction, _s.member == member
    )
    row = db.execute(query).first()
    return None if row is None else Suspect(*row)


def count(db: Connection, key: ListKey) -> int:
    """How many there are."""
    query = select(func.count()).where(_s.owner == key.owner, _s.direction == key.direction)
    return int(db.execute(query).scalar_one())


def missed_by(db: Connection, direction: Direction, member: int) -> Mapping[int, datetime]:
    """Whose lists of a direction miss a member: the owners, and since when."""
    query = select(_s.owner, _s.missed_at).where(_s.direction == direction, _s.member == member)
    return {row.owner: row.missed_at for row in db.execute(query)}


def remove(db: Connection, key: ListKey, members: Sequence[int]) -> None:
    """Suspect these members of a list no longer."""
    for part in chunks(members):
        where = (_s.owner == key.owner, _s.direction == key.direction, among(db, _s.member, part))
        db.execute(delete(edge_suspect).where(*where))


def trust(db: Connection, direction: Direction, owners: Sequence[int], member: int) -> None:
    """Suspect a member no longer in any of these owners' lists."""
    for part in chunks(owners):
        where = (_s.direction == direction, among(db, _s.owner, part), _s.member == member)
        db.execute(delete(edge_suspect).where(*where))
