"""People's decisions: checked against the version they saw, logged, audited, undoable.

A decision is an event that is applied in the transaction that logs it, so a replay ends the same.
"""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from pipeline.domain.decisions import Action, BlockKind, Reason
from pipeline.domain.events import MODERATION_BLOCKED, MODERATION_DECIDED, MODERATION_UNBLOCKED
from pipeline.domain.ids import IdFactory
from pipeline.errors import NotFoundError, Rejected, StaleVersionError
from pipeline.ingest.comments import fold
from pipeline.ingest.comments.below import tell_post
from pipeline.store import audit, comments, log, signals
from pipeline.store.comment_tables import CommentState
from pipeline.store.comments import Comment
from pipeline.store.log import StoredEvent
from pipeline.store.own_events import own_event


class Standing(msgspec.Struct, frozen=True):
    """What a decision changes: where the comment stands and which revision readers see."""

    state: str
    shown: int | None


class Decided(msgspec.Struct, frozen=True):
    """Data of `moderation.decided`."""

    comment: str
    action: str
    reason: str
    note: str
    actor: str
    before: Standing
    after: Standing


class Blocked(msgspec.Struct, frozen=True):
    """Data of `moderation.blocked` and `moderation.unblocked`."""

    site: str
    kind: str
    value: str
    reason: str
    actor: str


class Order(NamedTuple):
    """A decision asked for. `version` is the comment's version the person saw; None: whichever."""

    comment_id: int
    action: Action
    reason: Reason
    actor: str
    note: str = ""
    version: int | None = None


def decide(db: Connection, ids: IdFactory, order: Order) -> int:
    """Carry out a decision; the id of its event.

    Raises NotFoundError, StaleVersionError (somebody decided since), Rejected (nothing to undo, or
    the comment was removed by its author).
    """
    newest = audit.lock(db)
    row = comments.get(db, order.comment_id, lock=True)
    if row is None:
        raise NotFoundError(f"there is no comment {order.comment_id}")
    if order.version is not None and order.version != row.version:
        raise StaleVersionError(f"comment {row.id}", expected=order.version, found=row.version)
    if row.state == CommentState.REMOVED:
        raise Rejected(f"comment {row.id} was removed by its author")
    decided = Decided(
        comment=str(row.id),
        action=order.action,
        reason=order.reason,
        note=order.note,
        actor=order.actor,
        before=Standing(row.state, row.shown_revision),
        after=_after(db, row, order.action),
    )
    # The chain is ordered by id: another host's clock may be ahead of ours.
    event_id = max(ids.next(), newest + 1)
    key = f"{MODERATION_DECIDED}:{event_id}"
    event = own_event(event_id, MODERATION_DECIDED, decided, key=key, subject=f"comment:{row.id}")
    log.insert_one(db, event)
    fold_decided(db, StoredEvent(*event))
    tell_post(db, row, StoredEvent(*event))
    return event.id


def _after(db: Connection, row: Comment, action: Action) -> Standing:
    if action is Action.APPROVE:
        return Standing(CommentState.PUBLISHED, row.revision)
    if action is Action.REJECT:
        return Standing(CommentState.REJECTED, None)
    history = audit.of_comment(db, row.id)
    if not history or history[-1].action == Action.UNDO:
        raise Rejected(f"there is no decision on comment {row.id} to undo")
    return msgspec.json.decode(history[-1].before, type=Standing)


def fold_decided(db: Connection, event: StoredEvent) -> None:
    """Apply a logged decision and add it to the audit."""
    decided: Decided = event.fact(Decided)
    row = fold.existing(db, int(decided.comment))
    state = CommentState(decided.after.state)
    fold.show(db, row, event, state=state, revision=decided.after.shown)
    audit.append(
        db,
        audit.Action(
            id=event.id,
            comment_id=row.id,
            actor=decided.actor,
            action=decided.action,
            reason=decided.reason,
            note=decided.note,
            before=msgspec.json.encode(decided.before).decode(),
            after=msgspec.json.encode(decided.after).decode(),
            at=event.received_at,
        ),
    )


def block(db: Connection, ids: IdFactory, entry: Blocked, *, action: Action = Action.BLOCK) -> int:
    """Put an entry on a site's block list, or take it off (`Action.UNBLOCK`); the event's id."""
    BlockKind(entry.kind)
    type_ = MODERATION_BLOCKED if action is Action.BLOCK else MODERATION_UNBLOCKED
    event_id = max(audit.lock(db) + 1, ids.next())
    event = own_event(event_id, type_, entry, key=f"{type_}:{event_id}", subject=None)
    log.insert_one(db, event)
    fold_blocked(db, StoredEvent(*event))
    return event.id


def fold_blocked(db: Connection, event: StoredEvent) -> None:
    """Apply a logged change of the block list and add it to the audit."""
    entry: Blocked = event.fact(Blocked)
    adding = event.type == MODERATION_BLOCKED
    value = entry.value.strip().casefold()
    if adding:
        signals.add_block(
            db,
            {
                "site": entry.site,
                "kind": entry.kind,
                "value": value,
                "reason": entry.reason,
                "at": event.received_at,
            },
        )
    else:
        signals.remove_block(db, entry.site, entry.kind, value)
    named = f"{entry.site} {entry.kind}:{value}"
    audit.append(
        db,
        audit.Action(
            id=event.id,
            comment_id=None,
            actor=entry.actor,
            action=Action.BLOCK if adding else Action.UNBLOCK,
            reason=entry.reason,
            note="",
            before="" if adding else named,
            after=named if adding else "",
            at=event.received_at,
        ),
    )
