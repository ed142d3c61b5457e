"""Lists as sets: who is in one now, and at any time before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.packing import pack_set, unpack_set
from pipeline.store.graph.bulk import chunks
from pipeline.store.graph.moments import certain_at, possible_at, sides
from pipeline.store.graph.shown import shown
from pipeline.store.graph_tables import edge_span, graph_list, set_cache

_e, _l, _k = edge_span.c, graph_list.c, set_cache.c


class ListState(NamedTuple):
    """How far a kept list has been read, and its version."""

    key: ListKey
    revision: int
    probed_at: datetime | None
    swept_at: datetime | None
    """When its last complete reading began; None: it was never read completely."""
    paused: str | None


class Past(NamedTuple):
    """What a span says of its member at a moment."""

    member: int
    certain: bool
    possible: bool
    is_open: bool
    """Whether it is why the member is in the list now."""


_STATES = select(_l.owner, _l.direction, _l.revision, _l.probed_at, _l.swept_at, _l.paused)


def states(db: Connection, keys: Sequence[ListKey]) -> dict[ListKey, ListState]:
    """The lists of these that are kept."""
    found: dict[ListKey, ListState] = {}
    for part in chunks(keys):
        wanted = tuple_(_l.owner, _l.direction).in_([tuple(key) for key in part])
        found |= {state.key: state for state in map(_state, db.execute(_STATES.where(wanted)))}
    return found


def of_owners(db: Connection, owners: Sequence[int]) -> list[ListState]:
    """Every kept list of these accounts."""
    query = _STATES.where(_l.owner.in_(owners)).order_by(_l.owner, _l.direction)
    return [_state(row) for row in db.execute(query)]


def members(db: Connection, state: ListState) -> BitMap:
    """Who is in the list now: from the cache, or where that is of another revision, the spans."""
    kept = cached(db, state)
    return open_members(db, state.key) if kept is None else kept


def cached(db: Connection, state: ListState) -> BitMap | None:
    """The set as it is kept for this revision of the list."""
    query = select(_k.members).where(
        _k.owner == state.key.owner,
        _k.direction == state.key.direction,
        _k.revision == state.revision,
    )
    found = db.execute(query).scalar()
    return None if found is None else unpack_set(found)


def open_members(db: Connection, key: ListKey) -> BitMap:
    """Everybody whose edge nobody saw end, whichever list it was seen in."""
    owner, member = sides(key.direction)
    query = select(member).where(owner == key.owner, _e.to_hi.is_(None), shown(db, [key]))
    return BitMap(db.execute(query).scalars())


def keep(db: Connection, state: ListState, found: BitMap) -> None:
    """Keep a set as the one of its revision. An older one never takes the place of a newer."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    values = {**state.key._asdict(), "revision": state.revision, "members": pack_set(found)}
    fresh = insert(set_cache).values(values)
    db.execute(
        fresh.on_conflict_do_update(
            index_elements=[_k.owner, _k.direction],
            set_={"revision": fresh.excluded.revision, "members": fresh.excluded.members},
            where=_k.revision < fresh.excluded.revision,
        )
    )


def changed_since(db: Connection, key: ListKey, at: datetime) -> list[Past]:
    """What spans say of a moment that were seen to begin or end after it.

    All others say of it what they say of now.
    """
    owner, member = sides(key.direction)
    columns = (member, certain_at(at), possible_at(at), _e.to_hi.is_(None))
    changed = or_(_e.from_hi > at, _e.to_hi > at)
    query = select(*columns).where(owner == key.owner, changed, shown(db, [key]))
    return [Past(row[0], bool(row[1]), bool(row[2]), bool(row[3])) for row in db.execute(query)]


def known_at(db: Connection, key: ListKey, at: datetime) -> BitMap:
    """Who was certainly in a list at a moment, also where nobody had read it by then."""
    owner, member = sides(key.direction)
    query = select(member).where(owner == key.owner, certain_at(at), shown(db, [key]))
    return BitMap(db.execute(query).scalars())


def _state(row: Any) -> ListState:
    owner, direction, *rest = row
    return ListState(ListKey(owner, Direction(direction)), *rest)
