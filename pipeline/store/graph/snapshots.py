"""Spans, suspects and runs as a list that is known whole at a past moment needs them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from pipeline.domain.graph.kinds import Direction, EndReason, ListKey, Mode
from pipeline.domain.graph.timeline import Change, Span
from pipeline.store.graph.bulk import chunks, insert_new
from pipeline.store.graph_tables import edge_span, edge_suspect, graph_run

_s, _u, _r = edge_span.c, edge_suspect.c, graph_run.c
_BATCH = 5_000


class Suspicion(NamedTuple):
    """Between which looks a member went missing, if it did."""

    seen_at: datetime
    missed_at: datetime


class Looks(NamedTuple):
    """When a list was last known whole before a moment, and first after it."""

    before: datetime | None
    after: datetime | None


def looks(db: Connection, key: ListKey, at: datetime) -> Looks:
    """The complete runs next to a moment; one that it falls into counts as neither.

    A run began before what it saw, and ended after it: so bounds are on the safe side.
    """
    mine = (
        _r.owner == key.owner,
        _r.direction == key.direction,
        _r.mode == Mode.SWEEP,
        _r.complete.is_(True),
    )
    before = select(func.max(_r.started_at)).where(*mine, _r.finished_at <= at)
    after = select(func.min(_r.finished_at)).where(*mine, _r.started_at >= at)
    return Looks(db.execute(before).scalar(), db.execute(after).scalar())


def taken(db: Connection, key: ListKey, at: datetime, source: str) -> int | None:
    """How many members the run of a source had that is of this very moment; None for none."""
    mine = (_r.owner == key.owner, _r.direction == key.direction, _r.source == source)
    query = select(_r.members).where(*mine, _r.started_at == at, _r.finished_at.is_not(None))
    found: int | None = db.execute(query.limit(1)).scalar()
    return found


def spans(db: Connection, key: ListKey) -> Iterator[tuple[int, Sequence[Span]]]:
    """Every member there ever was, with its spans, oldest first."""
    mine, member = (_s.dst, _s.src) if key.direction is Direction.FOLLOWERS else (_s.src, _s.dst)
    query = select(member, *[_s[name] for name in Span._fields]).where(mine == key.owner)
    ordered = query.order_by(member, _s.from_hi).execution_options(yield_per=_BATCH)
    rows = db.execute(ordered)
    for each, group in groupby(rows, key=lambda row: int(row[0])):
        yield each, [_span(row[1:]) for row in group]


def apply(db: Connection, key: ListKey, changes: Iterable[tuple[int, Change]]) -> None:
    """Put spans in the places of others, or of none."""
    fresh, moved = [], []
    for member, change in changes:
        src, dst = key.edge(member)
        values = change.new._asdict()
        if change.old is None:
            fresh.append({"src": src, "dst": dst, **values})
        else:
            was = {"of_src": src, "of_dst": dst, "was_from": change.old.from_hi}
            moved.append(was | {f"new_{name}": value for name, value in values.items()})
    # First those that are there: one may make room for another that begins where it did.
    for part in chunks(moved, _BATCH):
        db.execute(_MOVE, list(part))
    insert_new(db, edge_span, fresh, ("src",))


def suspicions(db: Connection, key: ListKey) -> Mapping[int, Suspicion]:
    """Suspects of a list."""
    query = select(_u.member, _u.seen_at, _u.missed_at).where(*_suspects(key))
    return {row.member: Suspicion(row.seen_at, row.missed_at) for row in db.execute(query)}


def suspect(db: Connection, key: ListKey, found: Mapping[int, Suspicion], run: int) -> None:
    """Suspect members, or narrow the bounds of those that are."""
    acquit(db, key, found)
    of = {"owner": key.owner, "direction": key.direction.value, "run_id": run}
    rows: list[dict[str, Any]] = [
        {**of, "member": member, **each._asdict()} for member, each in found.items()
    ]
    if rows:
        db.execute(insert(edge_suspect), rows)


def acquit(db: Connection, key: ListKey, members: Collection[int]) -> None:
    """Suspect them no longer."""
    for part in chunks(sorted(members)):
        db.execute(delete(edge_suspect).where(*_suspects(key), _u.member.in_(part)))


_MOVE = (
    update(edge_span)
    .where(
        _s.src == bindparam("of_src"),
        _s.dst == bindparam("of_dst"),
        _s.from_hi == bindparam("was_from"),
    )
    .values({name: bindparam(f"new_{name}") for name in Span._fields})
)


def _suspects(key: ListKey) -> tuple[Any, Any]:
    return _u.owner == key.owner, _u.direction == key.direction


def _span(values: Sequence[Any]) -> Span:
    found = Span(*values)
    reason = found.end_reason
    return found if reason is None else found._replace(end_reason=EndReason(reason))
