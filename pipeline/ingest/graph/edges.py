"""Pushed events: one edge began or ended at a moment, and they come in any order."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction, EndReason, ListKey
from pipeline.domain.graph.packing import unpack
from pipeline.domain.graph.spans import Sight, Span, followed, unfollowed
from pipeline.store.graph import lists, spans, suspects
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.spans import Edit
from pipeline.store.graph.suspects import Suspect


class Told(NamedTuple):
    """What an event says: who followed whom, or did so no longer, and when."""

    src: int
    dst: int
    at: datetime
    gone: bool
    event_id: int

    def member_of(self, key: ListKey) -> int:
        """The end of the edge that is a member of a list."""
        return self.src if key.direction is Direction.FOLLOWERS else self.dst


def kept_lists(db: Connection, src: int, dst: int) -> list[ListRow]:
    """The lists that have an edge: of those it goes from and to, as far as they are kept."""
    keys = (ListKey(dst, Direction.FOLLOWERS), ListKey(src, Direction.FOLLOWING))
    return [row for key in keys if (row := lists.get(db, key)) is not None]


def tell(db: Connection, rows: Sequence[ListRow], told: Told, overlap: int) -> bool:
    """Take in an event, into these lists; whether it changed what is known.

    Whoever calls holds the lock of spans.
    """
    doubts = {row.key: suspects.get(db, row.key, told.member_of(row.key)) for row in rows}
    old = spans.of_edge(db, told.src, told.dst)
    sight = _sight(rows, told, doubts, overlap)
    if told.gone:
        new = unfollowed(old, told.at, told.event_id, sight)
    else:
        settled = _settled(old, told.at, [each for each in doubts.values() if each])
        new = followed(settled, told.at, told.event_id, sight)
    for key, suspect in doubts.items():
        if suspect is not None and (told.at > suspect.missed_at or new[-1].to_hi is not None):
            suspects.remove(db, key, [suspect.member])
    if new == old:
        return False
    spans.replace(db, [Edit(told.src, told.dst, old, new)])
    for row in rows:
        lists.bump(db, row.direction, [row.owner])
    return True


def _settled(story: list[Span], at: datetime, doubts: Sequence[Suspect]) -> list[Span]:
    """A suspect that follows anew had left before it was missed."""
    missed = [each for each in doubts if each.missed_at < at]
    if not missed or not story or story[-1].to_hi is not None:
        return story
    first = min(missed, key=lambda suspect: suspect.missed_at)
    reason, last = EndReason.UNFOLLOWED, story[-1]
    return [*story[:-1], last.ended(first.seen_at, first.missed_at, reason, first.run_id)]


def _sight(
    rows: Sequence[ListRow],
    told: Told,
    doubts: dict[ListKey, Suspect | None],
    overlap: int,
) -> Sight:
    present, absent = [], []
    for row in rows:
        suspect = doubts[row.key]
        if row.swept_at is None:  # nobody has seen it whole, so nobody was missed
            continue
        absent += [row.swept_at, row.probed_at or row.swept_at]
        if suspect is not None:
            present.append(suspect.seen_at)
            continue
        present.append(row.swept_at)
        if row.probed_at is not None and told.member_of(row.key) in unpack(row.fence)[:overlap]:
            present.append(row.probed_at)
    return Sight(max(present, default=None), max(absent, default=None))
