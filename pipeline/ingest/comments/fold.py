"""Folding comment events into rows: the same functions live and in a replay.

Each takes the event as the log has it, so a replay ends with the same rows.
The caller owns the transaction.
"""

import msgspec
from sqlalchemy import Connection

from pipeline.errors import Rejected
from pipeline.ingest.comments.draft import Draft
from pipeline.store import comments, threads
from pipeline.store.comment_tables import CommentState, Seen
from pipeline.store.comments import Comment, StoredVerdict
from pipeline.store.log import StoredEvent
from pipeline.store.threads import Thread


class VerdictGiven(msgspec.Struct, frozen=True):
    """Data of `comment.published`, `.held` and `.rejected`: the whole verdict on one revision.

    `event` is the id of the `comment.posted` or `comment.edited` that the revision came with.
    """

    event: str
    comment: str
    revision: int
    pipeline: str
    config: str
    decision: str
    score: float
    verdict: msgspec.Raw


class Withdrawn(msgspec.Struct, frozen=True):
    """Data of `comment.withdrawn`; `event` is the id of the `comment.removed` it answers."""

    event: str
    comment: str


SOURCE = "afterword"
"""The source of every event Afterword itself writes."""

STATE_OF = {
    "publish": CommentState.PUBLISHED,
    "hold": CommentState.HELD,
    "reject": CommentState.REJECTED,
}


def store_draft(db: Connection, draft: Draft) -> None:
    """Store a revision, and its comment where it is the first."""
    row = draft.comment
    if draft.is_new:
        comments.lock_page(db, row.site, row.page)
        if row.parent_ref is not None:
            parent = comments.find_parent(db, row.site, row.source, row.parent_ref)
            row = row._replace(parent_id=parent)
        comments.add(db, row)
    else:
        comments.change(db, row.id, revision=draft.revision.revision)
    comments.add_revision(db, draft.revision, fingerprint=draft.fingerprint, bands=draft.bands)


def fold_verdict(db: Connection, event: StoredEvent) -> None:
    """Apply a verdict: what readers see follows it."""
    given: VerdictGiven = event.fact(VerdictGiven)
    row = existing(db, int(given.comment))
    comments.add_verdict(
        db,
        StoredVerdict(
            comment_id=row.id,
            revision=given.revision,
            pipeline=given.pipeline,
            config=given.config,
            decision=given.decision,
            score=given.score,
            detail=bytes(given.verdict).decode(),
            at=event.received_at,
        ),
    )
    if row.state != CommentState.REMOVED and given.revision == row.revision:
        _apply(db, row, event, STATE_OF[given.decision], given.revision)


def _apply(
    db: Connection, row: Comment, event: StoredEvent, state: CommentState, revision: int
) -> None:
    if state is CommentState.PUBLISHED:
        show(db, row, event, state=state, revision=revision)
    elif row.shown_revision is None:
        comments.change(db, row.id, state=state, version=row.version + 1)
    else:
        # An edit that may not be shown: readers keep what was published before it.
        kept = CommentState.HELD if state is CommentState.HELD else CommentState.PUBLISHED
        comments.change(db, row.id, state=kept, version=row.version + 1)


def show(
    db: Connection, row: Comment, event: StoredEvent, *, state: CommentState, revision: int | None
) -> None:
    """Make `revision` what readers see; None shows nothing."""
    text = None if revision is None else comments.revision(db, row.id, revision)
    seen = Seen.NOTHING if text is None else Seen.TEXT
    comments.change(
        db,
        row.id,
        state=state,
        version=row.version + 1,
        shown_revision=revision,
        html=text.html if text else None,
        seen=seen,
        edited_at=text.at if text and revision is not None and revision > 1 else None,
    )
    bump(db, row, event, seen)


def fold_withdrawn(db: Connection, event: StoredEvent) -> None:
    """Take a comment away; its replies stay under a place holder. A second time changes nothing."""
    row = existing(db, int(event.fact(Withdrawn).comment))
    if row.state == CommentState.REMOVED:
        return
    seen = Seen.PLACE_HOLDER if row.seen == Seen.TEXT else Seen.NOTHING
    comments.change(
        db,
        row.id,
        state=CommentState.REMOVED,
        version=row.version + 1,
        shown_revision=None,
        html=None,
        seen=seen,
    )
    bump(db, row, event, seen)


def bump(db: Connection, row: Comment, event: StoredEvent, seen: Seen) -> None:
    """Count the change on the page and move its version on."""
    change = int(seen is Seen.TEXT) - int(row.seen == Seen.TEXT)
    if row.seen == Seen.NOTHING and seen is Seen.NOTHING:
        return
    threads.bump(db, Thread(row.site, row.page, row.page_url, change, event.id, event.received_at))


def existing(db: Connection, comment_id: int) -> Comment:
    """The comment, locked. Raises Rejected where there is none."""
    row = comments.get(db, comment_id, lock=True)
    if row is None:
        raise Rejected(f"there is no comment {comment_id}")
    return row
