"""A list as it was at a past moment, told to what is known of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction, EndReason, Mode
from pipeline.domain.graph.timeline import Change, Look, Span, missed, seen
from pipeline.store.graph import lists, runs, snapshots
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.runs import RunRow
from pipeline.store.graph.snapshots import Suspicion

ARCHIVE = "archive"
"""The source of such runs; and the credential of lists that nobody reads."""
_CAME_BACK = (EndReason.SUSPENDED, EndReason.DELETED, EndReason.PROTECTED)


class Told(NamedTuple):
    """What it added: numbers of members. `since` is the look before it, if there was one."""

    since: datetime | None = None
    members: int = 0
    new: int = 0
    returned: int = 0
    gone: int = 0
    suspects: int = 0
    narrowed: int = 0
    """Members whose come or gone is known more closely now."""


class Retelling:
    """One look, within the caller's transaction, which holds the list's row.

    `is_whole`: who is not in it was not in the list. Otherwise it only tells who was.
    """

    def __init__(
        self, db: Connection, row: ListRow, *, run: int, at: datetime, is_whole: bool
    ) -> None:
        self._db = db
        self._row = row
        self._is_whole = is_whole
        before, after = snapshots.looks(db, row.key, at)
        self._look = Look(at, run, before, after)
        self._suspects = snapshots.suspicions(db, row.key)
        self._narrower: dict[int, Suspicion] = {}
        self._acquitted: list[int] = []
        self._counts = {"new": 0, "returned": 0, "gone": 0, "narrowed": 0}

    def of(self, members: BitMap) -> Told:
        """Take in the members of that moment."""
        changes = list(self._changes(members))
        snapshots.apply(self._db, self._row.key, changes)
        snapshots.suspect(self._db, self._row.key, self._narrower, self._look.run)
        snapshots.acquit(self._db, self._row.key, self._acquitted)
        suspects = self._narrower.keys() - self._suspects.keys()
        told = Told(self._look.before, len(members), suspects=len(suspects), **self._counts)
        self._close(told)
        self._bump({member for member, _ in changes})
        return told

    def _changes(self, members: BitMap) -> Iterator[tuple[int, Change]]:
        unknown = BitMap(members)
        for member, spans in snapshots.spans(self._db, self._row.key):
            unknown.discard(member)
            found = self._of_member(member, spans, is_there=member in members)
            yield from ((member, change) for change in found)
        for member in unknown:
            yield from ((member, change) for change in self._count(seen((), self._look), ()))

    def _of_member(self, member: int, spans: Sequence[Span], *, is_there: bool) -> Sequence[Change]:
        if not is_there and not self._is_whole:
            return ()
        if (
            member in self._suspects
            and spans[-1].to_hi is None
            and spans[-1].from_hi <= self._look.at
        ):
            self._weigh(member, self._suspects[member], is_there=is_there)
            return ()
        if is_there:
            return self._count(seen(spans, self._look), spans)
        return self._lost(member, missed(spans, self._look), spans)

    def _weigh(self, member: int, suspicion: Suspicion, *, is_there: bool) -> None:
        """A suspect's span is open until somebody says why: the look is on the suspicion's bounds."""
        at = self._look.at
        if suspicion.seen_at < at < suspicion.missed_at:
            field = "seen_at" if is_there else "missed_at"
            self._narrower[member] = suspicion._replace(**{field: at})
            self._counts["narrowed"] += 1
        elif is_there and at > suspicion.missed_at:
            self._acquitted.append(member)

    def _lost(
        self, member: int, changes: Sequence[Change], spans: Sequence[Span]
    ) -> Sequence[Change]:
        """A loss that nothing newer speaks of is asked about where the list is read anyway."""
        ends = [each for each in changes if each.old is spans[-1] and each.old.to_hi is None]
        last = ends[0].new if len(changes) == 1 and ends else None
        if last is None or last.to_lo is None or last.to_hi is None:
            return self._count(changes, spans)
        newest = self._row.probed_at is None or self._row.probed_at <= self._look.at
        if self._row.credential == ARCHIVE:
            return self._count(changes, spans)
        if newest:
            self._narrower[member] = Suspicion(last.to_lo, last.to_hi)
        return ()  # a probe has read the head since: the next sweep tells

    def _count(self, changes: Sequence[Change], spans: Sequence[Span]) -> Sequence[Change]:
        for old, new in changes:
            if old is None and new.from_lo is not None:
                reasons = [span.end_reason for span in spans if span.from_hi < new.from_hi]
                self._counts["returned" if reasons and reasons[-1] in _CAME_BACK else "new"] += 1
            if new.to_hi is not None and (old is None or old.to_hi is None):
                self._counts["gone"] += 1
            elif old is not None:
                self._counts["narrowed"] += 1
        return changes

    def _close(self, told: Told) -> None:
        """Keep the run, and how far the list is known now."""
        row, look = self._row, self._look
        whole = RunRow(
            look.run,
            row.owner,
            row.direction,
            Mode.SWEEP,
            ARCHIVE,
            started_at=look.at,
            finished_at=look.at,
            complete=self._is_whole,
            members=told.members,
            gained=told.new + told.returned,
            missed=told.gone + told.suspects,
        )
        runs.add(self._db, whole)
        if self._is_whole and (row.swept_at is None or row.swept_at < look.at):
            lists.change(self._db, row.key, swept_at=look.at)
        # Where the head was read from X, those newer than that reading stay newer than its fence.
        if self._is_whole and not row.fence and (row.probed_at is None or row.probed_at < look.at):
            lists.change(self._db, row.key, probed_at=look.at)

    def _bump(self, changed: set[int]) -> None:
        """An edge is in two lists: whoever cached either looks again."""
        lists.bump(self._db, self._row.direction, [self._row.owner])
        followers = self._row.direction is Direction.FOLLOWERS
        other = Direction.FOLLOWING if followers else Direction.FOLLOWERS
        lists.bump(self._db, other, changed & lists.owners(self._db, other).keys())
