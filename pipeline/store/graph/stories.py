"""Stories: every span of an edge, in order. What their bounds mean: `pipeline.domain.graph.spans`."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from pipeline.domain.graph.kinds import EndReason, ListKey
from pipeline.domain.graph.spans import Span
from pipeline.store.graph.bulk import insert_new
from pipeline.store.graph.spans import ends
from pipeline.store.graph_tables import edge_span

_e = edge_span.c
_STORY = select(*[_e[name] for name in Span._fields])
_DROP = delete(edge_span).where(
    _e.src == bindparam("x"), _e.dst == bindparam("y"), _e.from_hi == bindparam("began")
)


class Edit(NamedTuple):
    """An edge's spans as they were, and as they are to be."""

    src: int
    dst: int
    old: Sequence[Span]
    new: Sequence[Span]


def of_edge(db: Connection, src: int, dst: int) -> list[Span]:
    """Every span of an edge, in order."""
    query = _STORY.where(_e.src == src, _e.dst == dst).order_by(_e.from_hi)
    return [_span(row) for row in db.execute(query)]


def of_list(db: Connection, key: ListKey) -> dict[int, list[Span]]:
    """Every span of a list, by member, each member's in order."""
    owner, member = ends(key)
    found: dict[int, list[Span]] = {}
    for row in db.execute(
        _STORY.add_columns(member).where(owner == key.owner).order_by(_e.from_hi)
    ):
        found.setdefault(row[-1], []).append(_span(row[:-1]))
    return found


def replace(db: Connection, edits: Iterable[Edit]) -> None:
    """Put edges' new spans in the place of their old ones."""
    dropped, added = [], []
    for edit in edits:
        edge = {"src": edit.src, "dst": edit.dst}
        dropped += [
            {"x": edit.src, "y": edit.dst, "began": span.from_hi}
            for span in edit.old
            if span not in edit.new
        ]
        added += [edge | span._asdict() for span in edit.new if span not in edit.old]
    if dropped:
        db.execute(_DROP, dropped)
    insert_new(db, edge_span, added, ("src",))


def _span(row: Any) -> Span:
    span = Span(*row)
    reason = None if span.end_reason is None else EndReason(span.end_reason)
    return span._replace(end_reason=reason)
