"""Rebuilding the comment tables from the log: the same rows, without judging anything again."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, delete

from pipeline.domain import events
from pipeline.errors import Rejected
from pipeline.ingest.comments import decide, fold
from pipeline.ingest.comments.moderate import Moderator
from pipeline.store import comment_tables as tables
from pipeline.store import log, revisions
from pipeline.store.log import Filter, StoredEvent
from pipeline.store.own_events import SOURCE

Fold = Callable[[Connection, StoredEvent], None]

PROJECTED = (
    tables.comment,
    tables.comment_revision,
    tables.comment_band,
    tables.verdict,
    tables.moderation_action,
    tables.thread,
    tables.block,
)
"""What is deleted and folded again."""


class Replay:
    """Folds Afterword's own events, each in the order in which its effect was first committed."""

    def __init__(self, moderator: Moderator) -> None:
        self._moderator = moderator
        self._folds: dict[str, Fold] = {
            events.COMMENT_PUBLISHED: self._verdict,
            events.COMMENT_HELD: self._verdict,
            events.COMMENT_REJECTED: self._verdict,
            events.COMMENT_WITHDRAWN: fold.fold_withdrawn,
            events.MODERATION_DECIDED: decide.fold_decided,
            events.MODERATION_BLOCKED: decide.fold_blocked,
            events.MODERATION_UNBLOCKED: decide.fold_blocked,
        }

    def run(self, db: Connection) -> Iterator[bool]:
        """Empty the tables and fold the log into them; yields per event whether it was folded.

        One transaction: readers see the old rows until the caller commits. An event whose own
        source is gone from the log (purged, erased) can't be folded and is skipped.
        """
        for table in PROJECTED:
            db.execute(delete(table))
        for event in log.walk(db, Filter(source=SOURCE)):
            if event.type in self._folds:
                yield self._folded(db, event)

    def _folded(self, db: Connection, event: StoredEvent) -> bool:
        try:
            with db.begin_nested():
                self._folds[event.type](db, event)
        except Rejected:
            return False
        return True

    def _verdict(self, db: Connection, event: StoredEvent) -> None:
        given: fold.VerdictGiven = event.fact(fold.VerdictGiven)
        if revisions.get(db, int(given.comment), given.revision) is not None:
            fold.fold_verdict(db, event)
            return
        origin = log.get(db, int(given.event))
        if origin is None:
            raise Rejected(f"event {given.event} is not in the log any more")
        fold.fold_judged(db, event, self._moderator.draft(db, origin))
