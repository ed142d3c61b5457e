"""Looks that are older than what is known: they tighten bounds and overwrite nothing.

Between two looks that saw it an edge is taken to have lasted. Archives are exact: one between two
others that lacks a member parts its span. So archives may come in any order.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.late import Around, seen, unseen
from pipeline.ingest.graph.finishing import Finished, announce, close
from pipeline.ingest.graph.looks import ARCHIVE, Look
from pipeline.store.graph import lists, runs, stories, suspects
from pipeline.store.graph.runs import RunRow
from pipeline.store.graph.stories import Edit
from pipeline.store.graph.suspects import Suspect


def is_late(db: Connection, run: RunRow) -> bool:
    """Whether a sweep is older than the newest one."""
    kept = lists.get(db, run.key)
    newest = None if kept is None else kept.swept_at
    return newest is not None and run.started_at < newest


def backfill(db: Connection, look: Look, *, now: datetime) -> Finished:
    """Take in a complete look at a list from before its newest one.

    Who was there and is in no look since has a span that ended, nobody knows why, before the next.
    """
    key = look.run.key
    waiting = suspects.of_list(db, key)
    edits = list(_edits(db, look, waiting))
    stories.replace(db, edits)
    _narrow(db, look, waiting)
    announce(db, key, [edit.src + edit.dst - key.owner for edit in edits])
    found = Finished(0, 0, 0, 0)
    close(db, look, found, now=now)
    return found


def _edits(db: Connection, look: Look, waiting: Mapping[int, Suspect]) -> Iterable[Edit]:
    key, run = look.run.key, look.run
    told = stories.of_list(db, key)
    around, exact = _around(db, run)
    for member in sorted(told.keys() | look.first.keys()):
        old, at = told.get(member, []), look.first.get(member)
        if at is not None:
            new = seen(old, at, run.id, around)
        elif member in waiting:  # nobody has seen it since
            new = unseen(old, run.started_at, run.id, Around())
        else:
            new = unseen(old, run.started_at, run.id, exact)
        if new != old:
            yield Edit(*key.edge(member), old, new)


def _around(db: Connection, run: RunRow) -> tuple[Around, Around]:
    """The looks next to a run; and the same where all of them are exact, as archives are."""
    before = runs.complete_before(db, run.key, run.started_at)
    after = runs.complete_after(db, run.key, run.started_at)
    around = Around(
        None if before is None else before.started_at, None if after is None else _ended(after)
    )
    sources = {each.source for each in (before, run, after) if each is not None}
    return around, around if sources == {ARCHIVE} else Around(around.before)


def _ended(run: RunRow) -> datetime | None:
    """When a run had surely seen, or missed, everybody."""
    return run.started_at if run.source == ARCHIVE else run.finished_at


def _narrow(db: Connection, look: Look, waiting: Mapping[int, Suspect]) -> None:
    """Bound closer when suspects went missing."""
    changed = []
    for member, suspect in waiting.items():
        at = look.first.get(member)
        if at is not None and suspect.seen_at < at < suspect.missed_at:
            changed.append(suspect._replace(seen_at=at))
        elif at is None and suspect.seen_at < look.run.started_at < suspect.missed_at:
            changed.append(suspect._replace(missed_at=look.run.started_at, run_id=look.run.id))
    suspects.remove(db, look.run.key, [each.member for each in changed])
    suspects.add(db, look.run.key, changed)
