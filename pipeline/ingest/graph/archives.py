"""Importing X archives: the owner's lists as they were, into the history, whenever they come.

An archive is a look at a whole list at a past moment: it narrows bounds and adds what nobody saw,
and never overwrites what is known of another moment (`domain.graph.timeline`). So it goes past
`History`, whose runs are of now and in the order of the list: an archive promises no order, and its
list keeps the fence it has.

Who is missing from the newest archive left for a reason nobody asked for: EndReason.UNKNOWN. Only
where the list is read from X too, they become suspects, for the next sweep's CONFIRM to ask.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pyroaring import BitMap

from pipeline.domain.graph.archive import Listed
from pipeline.domain.graph.kinds import Direction, ListKey, X
from pipeline.domain.ids import IdFactory
from pipeline.errors import Rejected
from pipeline.ingest.graph.members import opened
from pipeline.ingest.graph.retelling import ARCHIVE, Retelling, Told
from pipeline.ingest.graph.snapshot import Snapshot, snapshot_of
from pipeline.store.database import Database
from pipeline.store.graph import accounts, lists, snapshots
from pipeline.store.graph.lists import ListRow

PAUSED = "known from archives only: `afterword graph add` has it read from X"
"""Such a list has no times of reading, and this as its `paused`: nothing is asked for it."""
_CHUNK = 5_000
Moved = Callable[[int], None]


class ListImported(NamedTuple):
    """What an archive added to a list."""

    direction: Direction
    listed: Listed
    told: Told
    is_known: bool = False
    """It was imported before: nothing was changed."""


class Imported(NamedTuple):
    """What an archive added."""

    snapshot: Snapshot
    lists: Sequence[ListImported]


def read(path: Path, *, at: datetime | None, now: datetime) -> Snapshot:
    """An archive's lists; nothing is written. `at` overrides its time. Raises Rejected."""
    with opened(path) as members:
        return snapshot_of(members, at=at, now=now)


class Archives:
    """Imports. It opens its own transactions: one per few thousand accounts, one per list."""

    def __init__(self, database: Database, ids: IdFactory) -> None:
        self._database = database
        self._ids = ids

    def take(self, snapshot: Snapshot, moved: Moved) -> Imported:
        """Import an archive; `moved` is told of entries as they are taken in.

        A second time changes nothing. Raises Rejected where another of the same moment was
        imported.
        """
        owner = self._owner(snapshot)
        done = [
            self._list(ListKey(owner, direction), snapshot, listed, moved)
            for direction, listed in snapshot.lists.items()
        ]
        return Imported(snapshot, done)

    def _owner(self, snapshot: Snapshot) -> int:
        """The ordinal of the archive's account, whose profile may be known better since."""
        person = snapshot.owner
        with self._database.write() as db:
            known = accounts.by_native(db, X, [person.native_id]).get(person.native_id)
            if known is not None and known.profile_at and known.profile_at > snapshot.at:
                return known.ord
            return accounts.learn(db, X, [person], now=snapshot.at)[person.native_id]

    def _list(self, key: ListKey, snapshot: Snapshot, listed: Listed, moved: Moved) -> ListImported:
        members = self._ordinals(listed.ids, moved)
        with self._database.write() as db:
            row = lists.get(db, key, lock=True)
            if row is None:
                row = ListRow(key.owner, key.direction, ARCHIVE, paused=PAUSED)
                lists.save(db, row)
            before = snapshots.taken(db, key, snapshot.at, ARCHIVE)
            if before is not None:
                _check_same(before, len(members), snapshot)
                return ListImported(key.direction, listed, Told(), is_known=True)
            is_whole = listed.is_whole and not snapshot.is_partial
            retelling = Retelling(db, row, run=self._ids.next(), at=snapshot.at, is_whole=is_whole)
            return ListImported(key.direction, listed, retelling.of(members))

    def _ordinals(self, native_ids: Sequence[str], moved: Moved) -> BitMap:
        """Accounts' ordinals, in short transactions: others write meanwhile."""
        found = BitMap()
        for start in range(0, len(native_ids), _CHUNK):
            part = native_ids[start : start + _CHUNK]
            with self._database.write_relaxed() as db:
                found.update(accounts.ordinals(db, X, part).values())
            moved(len(part))
        return found


def entries_of(snapshot: Snapshot) -> int:
    """How many entries an import tells `moved` of."""
    return sum(len(each.ids) for each in snapshot.lists.values())


def _check_same(before: int, members: int, snapshot: Snapshot) -> None:
    if before != members:
        when = f"{snapshot.at:%Y-%m-%d %H:%M:%S} UTC"
        told = f"an archive of {when} with {before} members was imported, this one has {members}"
        raise Rejected(f"{snapshot.where}: {told}. If it is of another time, add --at TIME")
