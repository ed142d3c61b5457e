"""What can happen, and what each fact must say.

A type with a shape here is checked at the door (422 when it doesn't fit).
Any other type is stored as it came and shown as unhandled, so a newer version can still work it.
"""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from pipeline.domain.graph.facts import FollowChanged
from pipeline.domain.posts.post import Post, PostId
from pipeline.errors import InvalidEventError

COMMENT_POSTED = "comment.posted"
COMMENT_EDITED = "comment.edited"
COMMENT_REMOVED = "comment.removed"
COMMENT_PUBLISHED = "comment.published"
COMMENT_HELD = "comment.held"
COMMENT_REJECTED = "comment.rejected"
COMMENT_WITHDRAWN = "comment.withdrawn"
MODERATION_DECIDED = "moderation.decided"
MODERATION_BLOCKED = "moderation.blocked"
MODERATION_UNBLOCKED = "moderation.unblocked"
POST_PUBLISHED = "post.published"
POST_REMOVED = "post.removed"
SITE_DEPLOYED = "site.deployed"
POST_DUE = "post.due"
POST_STORED = "post.stored"
POST_DROPPED = "post.dropped"
INDEX_REBUILD = "index.rebuild"
FOLLOW_ADDED = "follow.added"
FOLLOW_REMOVED = "follow.removed"
X_ACTIVITY = "x.activity"
GRAPH_ERASED = "graph.erased"
GRAPH_PAGE_DUE = "graph.page_due"
GRAPH_WAKE = "graph.wake"

TEXT_LIMIT = 16_384
"""Characters of Markdown a comment may hold."""

ExternalId = Annotated[str, Meta(min_length=1, max_length=256)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
PagePath = Annotated[str, Meta(min_length=1, max_length=500)]
Url = Annotated[str, Meta(max_length=2000)]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_LIMIT)]


# Rules in code, not as patterns: msgspec runs a pattern through `re`, five times the cost of reading
# the whole event.


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _is_path(text: str) -> bool:
    return text.startswith("/") and text.isprintable() and " " not in text


def _is_url(text: str) -> bool:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"http", "https"}:
        return False
    return text.isprintable() and " " not in text and rest[:1] not in {"", "/"}


def _is_email(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name and host) and "@" not in host and text.isprintable() and " " not in text


class Author(msgspec.Struct, frozen=True):
    """Who wrote it, as they say themselves."""

    name: Line
    email: Annotated[str, Meta(max_length=254)] | None = None
    website: Annotated[str, Meta(max_length=500)] | None = None

    def __post_init__(self) -> None:
        """Check what the types can't say."""
        if self.email is not None and not _is_email(self.email):
            raise ValueError("email must look like name@host")


class CommentPosted(msgspec.Struct, frozen=True):
    """A reader wrote a comment. `parent` is the id of the comment it answers, as its source knows it."""

    id: ExternalId
    page: PagePath
    page_url: Url
    author: Author
    text: Text
    parent: ExternalId | None = None
    ip: Annotated[str, Meta(max_length=64)] | None = None
    user_agent: Annotated[str, Meta(max_length=500)] | None = None
    referrer: Annotated[str, Meta(max_length=2000)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    honeypot: Annotated[str, Meta(max_length=200)] | None = None
    seconds_to_write: float | None = None

    def __post_init__(self) -> None:
        """Check what the types can't say."""
        if not _is_token(self.id):
            raise ValueError("id must be printable ASCII without spaces")
        if self.parent is not None and not _is_token(self.parent):
            raise ValueError("parent must be an id")
        if not _is_path(self.page):
            raise ValueError("page must be a path that begins with / and has no spaces")
        if not _is_url(self.page_url):
            raise ValueError("page_url must be an http or https URL")
        # At either end of the calendar an offset leads out of it.
        if self.at is not None and not MINYEAR < self.at.year < MAXYEAR:
            raise ValueError("at must lie in a year from 2 to 9998")


class CommentEdited(msgspec.Struct, frozen=True):
    """The author changed the text: a new revision."""

    id: ExternalId
    text: Text


class CommentRemoved(msgspec.Struct, frozen=True):
    """The author took the comment back."""

    id: ExternalId


class PostRemoved(msgspec.Struct, frozen=True):
    """A post is no longer published. Without `revision` it counts as the newest word on it."""

    id: PostId
    revision: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class SiteDeployed(msgspec.Struct, frozen=True):
    """The blog was built anew: read its content source."""

    commit: Annotated[str, Meta(max_length=200)] | None = None
    url: Annotated[str, Meta(max_length=2000)] | None = None


class PostChanged(msgspec.Struct, frozen=True):
    """Data of `post.stored` and `post.dropped`: the index must follow. `version` in decimal."""

    key: str
    version: str


class PostDue(msgspec.Struct, frozen=True):
    """Data of `post.due`: its time of publication, or its end, has come."""

    key: str


class IndexRebuild(msgspec.Struct, frozen=True):
    """Data of `index.rebuild`; why, for people."""

    reason: str


class PageDue(msgspec.Struct, frozen=True):
    """Data of `graph.page_due`: a sync job may take its next step. `job` in decimal."""

    job: str
    version: int


class GraphWake(msgspec.Struct, frozen=True):
    """Data of `graph.wake`: jobs of this line have waited long enough."""

    credential: str
    endpoint: str


SHAPES: dict[str, type[msgspec.Struct]] = {
    COMMENT_POSTED: CommentPosted,
    COMMENT_EDITED: CommentEdited,
    COMMENT_REMOVED: CommentRemoved,
    POST_PUBLISHED: Post,
    POST_REMOVED: PostRemoved,
    SITE_DEPLOYED: SiteDeployed,
    FOLLOW_ADDED: FollowChanged,
    FOLLOW_REMOVED: FollowChanged,
}
"""Types that come from outside and have a shape. Keep beside contract.md's table."""

INTERNAL = frozenset(
    {
        COMMENT_PUBLISHED,
        COMMENT_HELD,
        COMMENT_REJECTED,
        COMMENT_WITHDRAWN,
        MODERATION_DECIDED,
        MODERATION_BLOCKED,
        MODERATION_UNBLOCKED,
        POST_DUE,
        POST_STORED,
        POST_DROPPED,
        INDEX_REBUILD,
        GRAPH_ERASED,
        GRAPH_PAGE_DUE,
        GRAPH_WAKE,
    }
)
"""Types only Afterword itself may write: taken from outside they would forge a verdict.

The comment tables are folded from these alone; each is logged in the transaction of its effect.
"""

_DECODERS = {name: msgspec.json.Decoder(shape) for name, shape in SHAPES.items()}


def check(type_: str, data: bytes) -> Any | None:
    """The fact as its struct; None for a type without a shape.

    Raises InvalidEventError that names the field and the rule, or that the type is not for outsiders.
    """
    decoder = _DECODERS.get(type_)
    if decoder is None:
        if type_ in INTERNAL or type_.startswith("tick."):
            raise InvalidEventError(
                f"type {type_!r} is written by Afterword itself, not sent to it"
            )
        return None
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidEventError(f"{type_}: {error}") from error


def subject_of(source: str, type_: str, fact: Any | None) -> str | None:
    """What the event is about; events of one subject are worked in order of arrival."""
    if fact is None:
        return None
    if type_ == SITE_DEPLOYED:
        return f"site:{source}"
    noun = type_.partition(".")[0]
    return f"{noun}:{source}:{fact.id}"


def comment_subject(source: str, external_id: str) -> str:
    """The subject of every event about a comment."""
    return f"comment:{source}:{external_id}"
