"""Looks that are older than what is known: they tighten bounds and overwrite nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.spans import Sight, seen, unseen
from pipeline.ingest.graph.finishing import Finished, announce, close
from pipeline.ingest.graph.looks import ARCHIVE, Look
from pipeline.store.graph import runs, spans
from pipeline.store.graph.runs import RunRow
from pipeline.store.graph.spans import Edit


def backfill(db: Connection, look: Look, *, now: datetime) -> Finished:
    """Take in a complete look at a list from before its newest one.

    Who was there and is in no look since has a span that ended, nobody knows why, before the next.
    """
    edits = list(_edits(db, look))
    spans.replace(db, edits)
    key = look.run.key
    announce(db, key, [edit.src + edit.dst - key.owner for edit in edits])
    found = Finished(0, 0, 0, 0)
    close(db, look, found, now=now)
    return found


def _edits(db: Connection, look: Look) -> Iterable[Edit]:
    key, run = look.run.key, look.run
    stories = spans.of_list(db, key)
    sight = Sight(absent=_missed_by(runs.complete_after(db, key, run.started_at)))
    for member in sorted(stories.keys() | look.first.keys()):
        old, at = stories.get(member, []), look.first.get(member)
        new = unseen(old, run.started_at) if at is None else seen(old, at, run.id, sight)
        if new != old:
            yield Edit(*key.edge(member), old, new)


def _missed_by(run: RunRow | None) -> datetime | None:
    """When a run had surely missed those it did not see."""
    if run is None or run.source == ARCHIVE:
        return None if run is None else run.started_at
    return run.finished_at
