"""Importing X archives: the owner's lists as they were, into the history, whenever they come.

An archive is a look at a whole list at a past moment, in no order. The history takes it for one: an
older archive than what is known narrows bounds and overwrites nothing (`ingest.graph.snapshots`).

Who is missing from a newer one becomes a suspect. Where the list is read from X too, the next sweep
asks why; where archives are all there is nobody ever will, so it ends at once: EndReason.UNKNOWN.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.archive import Listed
from pipeline.domain.graph.kinds import Direction, EndReason, ListKey, Mode, X
from pipeline.domain.graph.port import Person
from pipeline.errors import Rejected
from pipeline.ingest.graph.finishing import Finished, announce
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.looks import ARCHIVE
from pipeline.ingest.graph.members import opened
from pipeline.ingest.graph.snapshot import Snapshot, snapshot_of
from pipeline.store.database import Database
from pipeline.store.graph import accounts, lists, runs, spans, suspects
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.spans import Ending

CREDENTIAL = "archive"
"""The credential of a list that archives alone tell of. There is none of that name, so none reads."""
PAUSED = "known from archives only: `afterword graph add` has it read from X"
_CHUNK = 5_000
Moved = Callable[[int], None]


class ListImported(NamedTuple):
    """What an archive added to a list."""

    direction: Direction
    listed: Listed
    found: Finished = Finished(0, 0, 0, 0)
    gone: int = 0
    """Of the missing, those that nobody will be asked about."""
    since: datetime | None = None
    """The whole look that `found` compares it with, if there was one."""
    is_known: bool = False
    """It was imported before: nothing was changed."""
    is_late: bool = False
    """Newer looks are known: it only bounds closer what they tell."""


class Imported(NamedTuple):
    """What an archive added."""

    snapshot: Snapshot
    lists: Sequence[ListImported]


def read(path: Path, *, at: datetime | None, now: datetime) -> Snapshot:
    """An archive's lists; nothing is written. `at` overrides its time. Raises Rejected."""
    with opened(path) as members:
        return snapshot_of(members, at=at, now=now)


def entries_of(snapshot: Snapshot) -> int:
    """How many entries an import tells `moved` of."""
    return sum(len(each.ids) for each in snapshot.lists.values())


class Archives:
    """Imports. It opens its own transactions: one per few thousand members, one per list's end."""

    def __init__(self, database: Database, history: History, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._history = history
        self._clock = clock

    def take(self, snapshot: Snapshot, moved: Moved) -> Imported:
        """Import an archive; `moved` is told of entries as they are taken in.

        A second time changes nothing. Raises Rejected where another of the same moment was
        imported, and for one that names not everybody and is older than what is known.
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
        is_whole = listed.is_whole and not snapshot.is_partial
        with self._database.write() as db:
            row = _kept(db, key)
            if _is_known(db, key, snapshot, len(listed.ids)):
                return ListImported(key.direction, listed, is_known=True)
            _check_late(row, snapshot, is_whole=is_whole)
            self._tidy(db, key)
            # A look that names not everybody tells who was there, as a probe does, not who was not.
            mode = Mode.SWEEP if is_whole else Mode.PROBE
            run = self._history.begin(db, key, mode=mode, source=ARCHIVE, at=snapshot.at)
        try:
            self._pages(run, snapshot, listed, moved)
        except BaseException:
            with self._database.write() as db:
                self._history.abandon(db, run)
            raise
        return self._finish(run, key, snapshot, listed)

    def _pages(self, run: int, snapshot: Snapshot, listed: Listed, moved: Moved) -> None:
        """In short transactions: others write meanwhile."""
        for number, start in enumerate(range(0, len(listed.ids), _CHUNK)):
            people = [Person(id_) for id_ in listed.ids[start : start + _CHUNK]]
            with self._database.write_relaxed() as db:
                self._history.take_page(db, run, number, X, people, read_at=snapshot.at)
            moved(len(people))

    def _finish(self, run: int, key: ListKey, snapshot: Snapshot, listed: Listed) -> ListImported:
        now = self._clock()
        is_whole = listed.is_whole and not snapshot.is_partial
        with self._database.write() as db:
            spans.lock(db)  # also whether it is late must not change any more
            row = _kept(db, key)
            _check_late(row, snapshot, is_whole=is_whole)
            if is_whole:
                found = self._history.finish_sweep(db, run, now=now, at=snapshot.at)
            else:
                found = self._history.finish_probe(db, run, now=now)
            gone = _end_suspects(db, key) if is_whole and row.credential == CREDENTIAL else 0
        late = _is_late(row, snapshot)
        since = None if late else row.swept_at
        return ListImported(key.direction, listed, found, gone, since, is_late=late)

    def _tidy(self, db: Connection, key: ListKey) -> None:
        """Forget imports that were broken off."""
        for run in runs.of_source(db, key, ARCHIVE):
            if run.finished_at is None:
                self._history.abandon(db, run.id)


def _kept(db: Connection, key: ListKey) -> ListRow:
    """The list's row; a new one is never due, and so costs nothing."""
    row = lists.get(db, key)
    if row is None:
        row = ListRow(key.owner, key.direction, CREDENTIAL, paused=PAUSED)
        lists.save(db, row)
    return row


def _is_known(db: Connection, key: ListKey, snapshot: Snapshot, members: int) -> bool:
    """Whether an archive of this moment was imported. Raises Rejected for another one."""
    same = (run for run in runs.of_source(db, key, ARCHIVE) if run.started_at == snapshot.at)
    before = next((run.members for run in same if run.complete), None)
    if before is not None and before != members:
        when = f"{snapshot.at:%Y-%m-%d %H:%M:%S} UTC"
        told = f"an archive of {when} with {before} members was imported, this one has {members}"
        raise Rejected(f"{snapshot.where}: {told}. If it is of another time, add --at TIME")
    return before is not None


def _is_late(row: ListRow, snapshot: Snapshot) -> bool:
    return row.swept_at is not None and snapshot.at < row.swept_at


def _check_late(row: ListRow, snapshot: Snapshot, *, is_whole: bool) -> None:
    if not is_whole and _is_late(row, snapshot):
        why = "it does not name everybody, so it can't be fitted in before what is known"
        raise Rejected(f"{snapshot.where}: {why} of {row.swept_at:%Y-%m-%d %H:%M} UTC")


def _end_suspects(db: Connection, key: ListKey) -> int:
    """End the spans of all who are missing; how many. Nobody knows why they are gone."""
    waiting = suspects.of_list(db, key)
    began = spans.open_among(db, key, waiting)
    endings = [
        Ending(member, each.seen_at, each.missed_at, EndReason.UNKNOWN, each.run_id)
        for member, each in waiting.items()
        if member in began and began[member] <= each.seen_at
    ]
    spans.end(db, key, endings)
    suspects.remove(db, key, list(waiting))
    announce(db, key, [ending.member for ending in endings])
    return len(endings)
