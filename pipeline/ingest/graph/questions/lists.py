"""What is known of lists, now or at a time before."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph.kinds import ListKey
from pipeline.domain.graph.sets import Known
from pipeline.store.database import Database
from pipeline.store.graph import readings, sets, suspects
from pipeline.store.graph.sets import ListState


class Reading(NamedTuple):
    """A list, who is in it, and how that is known."""

    key: ListKey
    state: ListState | None
    """None: the list is not kept; its edges are known from others' lists alone."""
    read_at: datetime | None
    """When the complete reading began that the answer stands on; None: unread by then."""
    missing: int
    """Members that the last reading did not find, and that nobody has asked about: only possible."""
    known: Known


def refresh(database: Database, keys: Sequence[ListKey]) -> None:
    """Bring the sets kept of these lists up to their revisions.

    They are made while reading and stored in a transaction that does nothing else: a writer must
    not wait for a list of a million.
    """
    with database.read() as db:
        stale = [s for s in sets.states(db, keys).values() if sets.cached(db, s) is None]
        made = [(state, sets.open_members(db, state.key)) for state in stale]
    if made:
        with database.write_relaxed() as db:
            for state, members in made:
                sets.keep(db, state, members)


def read_lists(
    db: Connection, keys: Sequence[ListKey], *, at: datetime | None = None
) -> list[Reading]:
    """What is known of lists, in the order they are asked for; `at` None: now.

    A time after a list's last reading is answered as that reading left it, so `read_at` matters.
    """
    states = sets.states(db, keys)
    return [_reading(db, key, states.get(key), at) for key in keys]


def _reading(db: Connection, key: ListKey, state: ListState | None, at: datetime | None) -> Reading:
    if state is None:
        certain = sets.open_members(db, key) if at is None else sets.known_at(db, key, at)
        return Reading(key, None, None, 0, Known(certain, None))
    every = suspects.of_list(db, key).values()
    doubtful = [each for each in every if at is None or each.seen_at < at]
    missing = BitMap(each.member for each in doubtful)
    read_at = state.swept_at if at is None else readings.latest(db, key, at)
    if read_at is None:
        certain = sets.members(db, state) if at is None else sets.known_at(db, key, at)
        return Reading(key, state, None, len(missing), Known(certain - missing, None))
    known = _now(db, state, missing) if at is None else _then(db, state, missing, at)
    return Reading(key, state, read_at, len(missing), known)


def _now(db: Connection, state: ListState, missing: BitMap) -> Known:
    possible = sets.members(db, state)
    return Known(possible - missing if missing else possible, possible)


def _then(db: Connection, state: ListState, missing: BitMap, at: datetime) -> Known:
    """From now, backwards: only what has changed since is looked at."""
    past = sets.changed_since(db, state.key, at)
    unchanged = sets.members(db, state) - BitMap(each.member for each in past if each.is_open)
    certain = unchanged - missing | BitMap(each.member for each in past if each.certain)
    possible = unchanged | BitMap(each.member for each in past if each.possible)
    return Known(certain, possible)
