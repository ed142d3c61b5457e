"""From an event to the rows it stands for, without writing any."""

from datetime import UTC
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.events import CommentEdited, CommentPosted
from pipeline.domain.markup import Rendered, clean_name, clean_website, render
from pipeline.domain.moderation import bands, fingerprint
from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, Rejected
from pipeline.ingest.comments.identity import Identity
from pipeline.settings import Settings, Source
from pipeline.store import comments
from pipeline.store.comment_tables import CommentState, Seen
from pipeline.store.comments import Comment
from pipeline.store.log import StoredEvent
from pipeline.store.revisions import Revision


class Draft(NamedTuple):
    """A revision about to be stored, and its comment (`is_new`: about to be stored as well)."""

    comment: Comment
    revision: Revision
    rendered: Rendered
    fingerprint: int
    bands: tuple[int, ...]
    is_new: bool
    email: str | None = None
    honeypot: str | None = None
    seconds_to_write: float | None = None


class Drafter:
    """Turns `comment.posted` and `comment.edited` into drafts."""

    def __init__(self, settings: Settings, identity: Identity) -> None:
        self._settings = settings
        self._identity = identity

    def posted(self, event: StoredEvent) -> Draft:
        """The first revision. Raises Rejected where the text leaves nothing to show."""
        fact: CommentPosted = event.fact(CommentPosted)
        source = self._source(event)
        at = (fact.at or event.received_at).astimezone(UTC)
        rendered, name = _rendered(fact.text), _named(fact.author.name)
        bound_ip = fact.ip if source.scheme is Scheme.FORM else None
        email = fact.author.email
        site = source.site or event.source
        row = Comment(
            id=event.id,
            site=site,
            source=event.source,
            external_id=fact.id,
            page=fact.page,
            page_url=fact.page_url,
            parent_id=None,
            parent_ref=fact.parent,
            author_name=name,
            author_email=email,
            author_website=clean_website(fact.author.website),
            author_key=self._identity.author_key(site, name=name, email=email, ip=bound_ip),
            avatar=self._identity.avatar(name=name, email=email),
            ip=fact.ip,
            user_agent=fact.user_agent,
            state=CommentState.HELD,
            version=0,
            revision=1,
            shown_revision=None,
            public=None,
            seen=Seen.NOTHING,
            at=at,
            received_at=event.received_at,
            edited_at=None,
        )
        draft = _draft(row, event, fact.text, rendered, number=1)
        return draft._replace(honeypot=fact.honeypot, seconds_to_write=fact.seconds_to_write)

    def edited(self, db: Connection, event: StoredEvent) -> Draft:
        """The next revision. Raises Rejected for a comment nobody knows, or that was removed."""
        fact: CommentEdited = event.fact(CommentEdited)
        row = comments.find(db, event.source, fact.id)
        if row is None:
            raise Rejected(f"there is no comment {fact.id!r} from {event.source!r} to edit")
        if row.state == CommentState.REMOVED:
            raise Rejected(f"comment {fact.id!r} was removed; it can't be edited any more")
        rendered = _rendered(fact.text)
        return _draft(row, event, fact.text, rendered, number=row.revision + 1)

    def _source(self, event: StoredEvent) -> Source:
        source = self._settings.sources.get(event.source)
        if source is None:
            raise Rejected(f"source {event.source!r} is not in the settings any more")
        return source


def _draft(
    row: Comment, event: StoredEvent, text: str, rendered: Rendered, *, number: int
) -> Draft:
    print_ = fingerprint(rendered.plain)
    revision = Revision(
        comment_id=row.id,
        revision=number,
        event_id=event.id,
        text=text,
        html=rendered.html,
        renderer=rendered.renderer,
        at=event.received_at,
    )
    return Draft(row, revision, rendered, print_, bands(print_), is_new=number == 1)


def _rendered(text: str) -> Rendered:
    try:
        return render(text)
    except InvalidEventError as error:
        raise Rejected(error.problem) from error


def _named(name: str) -> str:
    try:
        return clean_name(name)
    except InvalidEventError as error:
        raise Rejected(error.problem) from error
