"""Judging a revision: read and decide first, then store comment, verdict and event in one commit."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.ids import IdFactory, moment_of
from pipeline.domain.moderation import Decision, Policy, Verdict, judge
from pipeline.errors import Rejected
from pipeline.ingest.comments import fold
from pipeline.ingest.comments.below import tell_post
from pipeline.ingest.comments.draft import Draft, Drafter
from pipeline.ingest.comments.facts import gather
from pipeline.settings import Settings
from pipeline.store import comments, ledger, log
from pipeline.store.log import NewEvent, StoredEvent
from pipeline.store.own_events import own_event

TYPE_OF = {
    Decision.PUBLISH: events.COMMENT_PUBLISHED,
    Decision.HOLD: events.COMMENT_HELD,
    Decision.REJECT: events.COMMENT_REJECTED,
}


class Judged(NamedTuple):
    """A draft and the verdict on it, not stored yet."""

    draft: Draft
    verdict: Verdict


class Moderator:
    """Takes posted and edited comments to their verdict."""

    def __init__(
        self, settings: Settings, drafter: Drafter, policy: Policy, ids: IdFactory
    ) -> None:
        self._settings = settings
        self._drafter = drafter
        self._policy = policy
        self._ids = ids

    def judge(self, db: Connection, event: StoredEvent) -> Judged:
        """Read what there is to know and judge. Raises Rejected for an event that leads nowhere."""
        draft = self.draft(db, event)
        verdict = judge(gather(db, draft, self._settings), self._policy)
        return Judged(draft, verdict)

    def draft(self, db: Connection, event: StoredEvent) -> Draft:
        """The revision an event stands for."""
        if event.type == events.COMMENT_POSTED:
            draft = self._drafter.posted(event)
            if comments.find(db, event.source, draft.comment.external_id) is not None:
                name = draft.comment.external_id
                raise Rejected(
                    f"comment {name!r} is known already: send comment.edited to change it"
                )
            return draft
        if event.type == events.COMMENT_EDITED:
            return self._drafter.edited(db, event)
        raise Rejected(f"{event.type!r} is nothing to moderate")

    def store(self, db: Connection, judged: Judged) -> Verdict:
        """Store revision, verdict and the event that says so."""
        event = verdict_event(self._ids.next(), judged)
        log.insert_one(db, event)
        fold.fold_judged(db, StoredEvent(*event), judged.draft)
        row = judged.draft.comment
        tell_post(db, row, StoredEvent(*event))
        if judged.draft.is_new:
            # An edit or a removal that came before its comment died; now it has something to change.
            subject = events.comment_subject(row.source, row.external_id)
            ledger.revive(db, subject, now=moment_of(event.id))
        return judged.verdict

    def withdraw(self, db: Connection, event: StoredEvent) -> None:
        """Carry out a `comment.removed`. Raises Rejected for a comment nobody knows."""
        fact: events.CommentRemoved = event.fact(events.CommentRemoved)
        row = comments.find(db, event.source, fact.id)
        if row is None:
            raise Rejected(f"there is no comment {fact.id!r} from {event.source!r} to remove")
        data = fold.Withdrawn(event=str(event.id), comment=str(row.id))
        new = own_event(
            self._ids.next(),
            events.COMMENT_WITHDRAWN,
            data,
            key=f"withdrawn:{event.id}",
            subject=f"comment:{row.id}",
        )
        log.insert_one(db, new)
        fold.fold_withdrawn(db, StoredEvent(*new))
        tell_post(db, row, StoredEvent(*new))


def verdict_event(event_id: int, judged: Judged) -> NewEvent:
    """The verdict as a fact; its key says that a revision gets one verdict per pipeline."""
    verdict, revision = judged.verdict, judged.draft.revision
    given = fold.VerdictGiven(
        event=str(revision.event_id),
        comment=str(revision.comment_id),
        revision=revision.revision,
        pipeline=verdict.pipeline,
        config=verdict.config,
        decision=verdict.decision,
        score=verdict.score,
        verdict=msgspec.Raw(msgspec.json.encode(verdict)),
    )
    key = f"verdict:{revision.comment_id}:{revision.revision}:{verdict.pipeline}"
    about = f"comment:{revision.comment_id}"
    return own_event(event_id, TYPE_OF[verdict.decision], given, key=key, subject=about)
