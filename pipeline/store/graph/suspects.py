"""Members who are missing from a list, and of whom nobody knows why."""

from sqlalchemy import Connection, select

from pipeline.domain.graph.kinds import ListKey
from pipeline.store.graph_tables import edge_suspect

_s = edge_suspect.c


def after(db: Connection, key: ListKey, member: int, *, limit: int) -> list[int]:
    """A list's suspects past a member, by ordinal."""
    query = select(_s.member).where(
        _s.owner == key.owner, _s.direction == key.direction, _s.member > member
    )
    return list(db.execute(query.order_by(_s.member).limit(limit)).scalars())
