"""Trying the rules on a text: judged like a comment that comes now, and stored nowhere."""

import hashlib
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.moderation import Verdict
from pipeline.ingest.comments.moderate import Moderator
from pipeline.store.log import StoredEvent


class Trial(NamedTuple):
    """A text and who is said to have written it."""

    text: str
    name: str
    email: str | None = None
    website: str | None = None
    page: str = "/"
    page_url: str = "https://blog.example/"


def try_rules(
    db: Connection, moderator: Moderator, trial: Trial, *, source: str, event_id: int
) -> Verdict:
    """The verdict that `source` would get for this comment, with the author's past counted in.

    `event_id` is a fresh one: its time is when the comment comes. Raises InvalidEventError for
    fields that no comment may have, Rejected for a text that leaves nothing to show.
    """
    author = {"name": trial.name, "email": trial.email, "website": trial.website}
    fields = {"page": trial.page, "page_url": trial.page_url, "text": trial.text}
    # No source can call a comment so: the id would not be known already.
    raw = msgspec.json.encode(fields | {"id": f"trial:{event_id}", "author": author})
    events.check(events.COMMENT_POSTED, raw)
    event = StoredEvent(
        id=event_id,
        source=source,
        external_id=f"trial:{event_id}",
        type=events.COMMENT_POSTED,
        subject=None,
        occurred_at=None,
        data=raw.decode(),
        digest=hashlib.sha256(raw).digest(),
    )
    return moderator.judge(db, event).verdict
