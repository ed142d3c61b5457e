"""The end of a run: what it saw becomes spans and suspects, and its pages are forgotten."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import fence
from pipeline.domain.graph.kinds import ListKey, Mode
from pipeline.domain.graph.packing import pack
from pipeline.domain.graph.spans import LAPSED
from pipeline.ingest.graph.absences import missing, suspected, trust
from pipeline.ingest.graph.arrivals import Arrivals, arrivals
from pipeline.ingest.graph.looks import ARCHIVE, Before, Look, before
from pipeline.store.graph import lists, runs, spans, suspects


class Finished(NamedTuple):
    """What a run found: numbers of members."""

    gained: int
    """New ones. In a list that nobody looked at before, none is."""
    refollowed: int
    """Who left and came back since the last look."""
    returned: int
    """Back from a suspension, a deletion or a protection."""
    suspects: int
    """Missing for the first time."""


def finish(db: Connection, look: Look, overlap: int, *, now: datetime) -> Finished:
    """Take in a sweep, or a probe. Whoever calls holds the lock of spans."""
    key = look.run.key
    past = before(db, key, look.first)
    waiting = suspects.of_list(db, key)
    came = arrivals(db, look, past, waiting, overlap)
    unseen = [member for member in missing(db, look, came.head) if member not in waiting]
    opened = came.again + came.new
    spans.end(db, key, came.left)
    spans.begin(db, key, opened, look.run.id)
    lost = suspected(db, look, past, unseen, overlap)
    suspects.add(db, key, lost)
    trust(db, look, waiting)
    announce(db, key, [opening.member for opening in opened])
    _remember(db, look, past, came)
    found = _counted(past, came, len(lost))
    close(db, look, found, now=now)
    return found


def announce(db: Connection, key: ListKey, members: Iterable[int]) -> None:
    """Say that a list changed, and so did those lists of these members that have the same edges."""
    lists.bump(db, key.direction, [key.owner])
    kept = lists.owners(db, key.direction.other)
    lists.bump(db, key.direction.other, kept.keys() & set(members))


def close(db: Connection, look: Look, found: Finished, *, now: datetime) -> None:
    """End the run's row, and forget its pages."""
    runs.change(
        db,
        look.run.id,
        mode=look.run.mode,
        started_at=look.run.started_at,
        finished_at=now,
        complete=True,
        pages=look.pages,
        members=len(look.first),
        gained=found.gained,
        missed=found.suspects,
    )
    runs.drop_pages(db, look.run.id)


def _remember(db: Connection, look: Look, past: Before, came: Arrivals) -> None:
    """The newest look. A head that neither stopped nor was the whole list is none to go by."""
    values: dict[str, object] = {}
    is_whole = look.run.mode is Mode.SWEEP
    if is_whole:
        values["swept_at"] = look.run.started_at
    if look.run.source != ARCHIVE and (is_whole or came.head.stop):
        anew = {*came.head.refollowed, *came.head.new}
        newest = fence.renewed(look.order, past.known.fence, past.known.open, anew)
        values |= {"probed_at": look.head_at, "fence": pack(newest)}
    if values:
        lists.change(db, look.run.key, **values)


def _counted(past: Before, came: Arrivals, lost: int) -> Finished:
    lapsed = {member for member, ended in past.ended.items() if ended.end_reason in LAPSED}
    returned = sum(opening.member in lapsed for opening in came.new)
    gained = sum(each.from_lo is not None and each.member not in lapsed for each in came.new)
    return Finished(gained, len(came.again), returned, lost)
