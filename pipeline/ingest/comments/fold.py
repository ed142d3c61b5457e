"""Folding comment events into rows: the same functions live and in a replay.

Each takes the event as the log has it, so a replay ends with the same rows.
The caller owns the transaction.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection

from pipeline.domain import public
from pipeline.domain.public import Author, Place, Text
from pipeline.errors import Rejected
from pipeline.ingest.comments.draft import Draft
from pipeline.store import comments, revisions, threads, verdicts
from pipeline.store.comment_tables import CommentState, Seen
from pipeline.store.comments import Comment
from pipeline.store.log import StoredEvent
from pipeline.store.revisions import Revision
from pipeline.store.threads import Thread
from pipeline.store.verdicts import StoredVerdict


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


STATE_OF = {
    "publish": CommentState.PUBLISHED,
    "hold": CommentState.HELD,
    "reject": CommentState.REJECTED,
}


def fold_judged(db: Connection, event: StoredEvent, draft: Draft) -> None:
    """Store a revision together with the first verdict on it; `event` is the verdict's."""
    given: VerdictGiven = event.fact(VerdictGiven)
    if draft.is_new:
        _add_comment(db, event, draft, STATE_OF[given.decision])
        _add_verdict(db, event, given)
        return
    row = existing(db, draft.comment.id)
    comments.set_revision(db, row.id, draft.revision.revision)
    _add_revision(db, draft)
    _add_verdict(db, event, given)
    if row.state != CommentState.REMOVED:
        _apply(db, row, event, STATE_OF[given.decision], given.revision)


def _add_comment(db: Connection, event: StoredEvent, draft: Draft, state: CommentState) -> None:
    row = draft.comment._replace(state=state, version=1)
    if state is CommentState.PUBLISHED:
        text = _encoded(row, draft.revision, edited_at=None)
        row = row._replace(shown_revision=1, public=text, seen=Seen.TEXT)
    comments.lock_page(db, row.site, row.page)
    if row.parent_ref is not None:
        parent = comments.find_parent(db, row.site, row.source, row.parent_ref)
        row = row._replace(parent_id=parent)
    comments.add(db, row)
    _add_revision(db, draft)
    bump(db, draft.comment, event, Seen(row.seen))


def _add_revision(db: Connection, draft: Draft) -> None:
    revisions.add(db, draft.revision, fingerprint=draft.fingerprint, bands=draft.bands)


def _add_verdict(db: Connection, event: StoredEvent, given: VerdictGiven) -> None:
    verdicts.add(
        db,
        StoredVerdict(
            comment_id=int(given.comment),
            revision=given.revision,
            pipeline=given.pipeline,
            config=given.config,
            decision=given.decision,
            score=given.score,
            detail=bytes(given.verdict).decode(),
            at=event.received_at,
        ),
    )


def fold_verdict(db: Connection, event: StoredEvent) -> None:
    """Apply a further verdict on a revision that is stored: what readers see follows it."""
    given: VerdictGiven = event.fact(VerdictGiven)
    row = existing(db, int(given.comment))
    _add_verdict(db, event, given)
    if row.state != CommentState.REMOVED and given.revision == row.revision:
        _apply(db, row, event, STATE_OF[given.decision], given.revision)


def _apply(
    db: Connection, row: Comment, event: StoredEvent, state: CommentState, revision: int
) -> None:
    if state is CommentState.PUBLISHED:
        show(db, row, event, state=state, revision=revision)
    elif row.shown_revision is None:
        comments.set_state(db, row.id, state)
    else:
        # An edit that may not be shown: readers keep what was published before it.
        kept = CommentState.HELD if state is CommentState.HELD else CommentState.PUBLISHED
        comments.set_state(db, row.id, kept)


def show(
    db: Connection, row: Comment, event: StoredEvent, *, state: CommentState, revision: int | None
) -> None:
    """Make `revision` what readers see; None shows nothing."""
    text = None if revision is None else revisions.get(db, row.id, revision)
    seen = Seen.NOTHING if text is None else Seen.TEXT
    edited_at = text.at if text and text.revision > 1 else None
    shown = comments.Shown(
        state=state,
        shown_revision=revision,
        public=_encoded(row, text, edited_at) if text else None,
        seen=seen,
        edited_at=edited_at,
    )
    comments.set_shown(db, row.id, shown)
    bump(db, row, event, seen)


def _encoded(row: Comment, text: Revision, edited_at: datetime | None) -> str:
    """What readers get of a comment while they see this text."""
    picture = public.AVATARS.format(seed=row.avatar)
    author = Author(row.author_name, picture, row.author_website or UNSET)
    return public.encode(Text(row.at, author, text.html, edited_at or UNSET))


def fold_withdrawn(db: Connection, event: StoredEvent) -> None:
    """Take a comment away; its replies stay under a place holder. A second time changes nothing."""
    row = existing(db, int(event.fact(Withdrawn).comment))
    if row.state == CommentState.REMOVED:
        return
    seen = Seen.PLACE_HOLDER if row.seen == Seen.TEXT else Seen.NOTHING
    place = public.encode(Place(row.at)) if seen else None
    gone = comments.Shown(CommentState.REMOVED, shown_revision=None, public=place, seen=seen)
    comments.set_shown(db, row.id, gone)
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
