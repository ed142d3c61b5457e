"""The end of a run: what it saw becomes spans and suspects, and its pages are forgotten.

Working that out takes seconds for a list of a million, so a plan may be made in a transaction that
only reads, and carried out in another, where it still stands.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from pipeline.store.graph.runs import RunRow
from pipeline.store.graph.spans import Ending, Opening
from pipeline.store.graph.suspects import Suspect


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


class Stand(NamedTuple):
    """What a plan was made from, as far as others may change it meanwhile."""

    revision: tuple[object, ...] | None
    """Of the list and its looks; every change of a span that is in it counts as one."""
    waiting: Mapping[int, Suspect]
    owners: Mapping[int, datetime | None]
    missed: Mapping[int, datetime]
    size: int
    """Of the pages: one who is erased goes out of them."""


class Plan(NamedTuple):
    """What the end of a run is to change."""

    look: Look
    stand: Stand
    left: Sequence[Ending]
    opened: Sequence[Opening]
    lost: Sequence[Suspect]
    row: Mapping[str, object]
    found: Finished


def plan(db: Connection, look: Look, overlap: int) -> Plan:
    """Work out what a sweep, or a probe, found. Changes nothing."""
    key = look.run.key
    stand = standing(db, look.run)
    past = before(db, key, look.first)
    came = arrivals(db, look, past, stand.waiting, overlap)
    unseen = [member for member in missing(db, look, came.head) if member not in stand.waiting]
    opened = came.again + came.new
    began = spans.open_among(db, key, unseen)
    wanted = frozenset(unseen)
    began |= {each.member: each.from_hi for each in opened if each.member in wanted}
    lost = suspected(look, past, began, overlap)
    found = _counted(past, came, len(lost))
    return Plan(look, stand, came.left, opened, lost, _remembered(look, past, came), found)


def standing(db: Connection, run: RunRow) -> Stand:
    """What a plan for a run stands on now. Few rows, however long the list is."""
    key, other = run.key, run.direction.other
    row = lists.get(db, key)
    return Stand(
        None if row is None else (row.revision, row.swept_at, row.probed_at, row.fence),
        suspects.of_list(db, key),
        lists.owners(db, other),
        suspects.missed_by(db, other, key.owner),
        runs.pages_size(db, run.id),
    )


def carry_out(db: Connection, planned: Plan, *, now: datetime) -> Finished:
    """Take in a sweep, or a probe, as planned. Whoever calls holds the lock of spans."""
    key, run = planned.look.run.key, planned.look.run
    spans.end(db, key, planned.left)
    spans.begin(db, key, planned.opened, run.id)
    suspects.add(db, key, planned.lost)
    trust(db, planned.look, planned.stand.waiting)
    announce(db, key, [opening.member for opening in planned.opened])
    if planned.row:
        lists.change(db, key, **planned.row)
    close(db, planned.look, planned.found, now=now)
    return planned.found


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


def _remembered(look: Look, past: Before, came: Arrivals) -> Mapping[str, object]:
    """The newest look. A head that neither stopped nor was the whole list is none to go by."""
    values: dict[str, object] = {}
    is_whole = look.run.mode is Mode.SWEEP
    if is_whole:
        values["swept_at"] = look.run.started_at
    if look.run.source != ARCHIVE and (is_whole or came.head.stop):
        anew = {*came.head.refollowed, *came.head.new}
        newest = fence.renewed(look.order, past.known.fence, past.known.open, anew)
        values |= {"probed_at": look.head_at, "fence": pack(newest)}
    return values


def _counted(past: Before, came: Arrivals, lost: int) -> Finished:
    lapsed = {member for member, ended in past.ended.items() if ended.end_reason in LAPSED}
    returned = sum(opening.member in lapsed for opening in came.new)
    gained = sum(each.from_lo is not None and each.member not in lapsed for each in came.new)
    return Finished(gained, len(came.again), returned, lost)
