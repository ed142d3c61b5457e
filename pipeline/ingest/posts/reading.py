"""One reading of a content source: what it says, against what is known of the site's posts."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pipeline.domain import events
from pipeline.domain.events import PostRemoved
from pipeline.domain.posts.post import Post
from pipeline.errors import Rejected
from pipeline.ingest.content.source import (
    ContentSource,
    Finished,
    Found,
    Refused,
    State,
    Unchanged,
    Withheld,
)
from pipeline.ingest.posts.document import build
from pipeline.store.posts import Known

BATCH = 100
"""Changes that are logged in one commit."""

Advance = Callable[[int, int], None]
"""Told after each post: how many were passed, and how many there will be."""


class Synced(NamedTuple):
    """What a sync found. `withheld`: drafts and the like."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    withheld: int = 0
    refused: tuple[Refused, ...] = ()

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {name: len(v) if isinstance(v, tuple) else v for name, v in self._asdict().items()}


class Change(NamedTuple):
    """A fact about to be logged."""

    type: str
    fact: Post | PostRemoved


Log = Callable[[Sequence[Change]], None]
"""Logs changes."""


class Reading:
    """One reading of a source: what it says, against what is known."""

    def __init__(self, log: Log, site: str, known: Mapping[str, Known]) -> None:
        self._log_changes = log
        self._site = site
        self._known = known
        self._seen: set[str] = set()
        self._changes: list[Change] = []
        self._synced = Synced()
        self._refused: list[Refused] = []
        self.lost = False

    def read(self, source: ContentSource, state: State | None, advance: Advance) -> Finished:
        """Take in all that the source says, and log changes as they are found.

        Raises Transient or Rejected, as the source does.
        """
        survey = source.survey(state)
        for passed, item in enumerate(survey.items):
            if isinstance(item, Finished):
                return item
            self._take(item)
            if len(self._changes) >= BATCH:
                self._log()
            advance(passed + 1, survey.expected)
        raise Rejected("the content source ended without saying that it was read whole")

    def ended(self, finished: Finished) -> Synced:
        """Log the rest: what is not there any more, where the source can tell."""
        if finished.complete:
            for post_id in sorted(self._known.keys() - self._seen):
                self._remove(post_id)
        self._log()
        return self._synced._replace(refused=tuple(self._refused))

    def _take(self, item: Found | Unchanged | Withheld | Refused) -> None:
        match item:
            case Found(post=post):
                self._seen.add(post.id)
                self._found(post)
            case Unchanged(id=post_id):
                self._seen.add(post_id)
                known = self._known.get(post_id)
                self.lost = self.lost or known is None or known.removed
                self._count("unchanged")
            case Withheld(id=post_id):
                self._seen.add(post_id)
                self._remove(post_id)
                self._count("withheld")
            case Refused(id=post_id):
                self._seen.update({post_id} if post_id else ())
                self._refused.append(item)

    def _found(self, post: Post) -> None:
        known = self._known.get(post.id)
        if known is None or known.removed:
            self._count("added")
        elif (known.digest, known.expires_at) != (build(self._site, post).digest, post.expires_at):
            self._count("changed")
        else:
            self._count("unchanged")
            return
        self._changes.append(Change(events.POST_PUBLISHED, post))

    def _remove(self, post_id: str) -> None:
        known = self._known.get(post_id)
        if known is not None and not known.removed:
            self._count("removed")
            self._changes.append(Change(events.POST_REMOVED, PostRemoved(post_id)))

    def _count(self, name: str) -> None:
        self._synced = self._synced._replace(**{name: getattr(self._synced, name) + 1})

    def _log(self) -> None:
        if self._changes:
            self._log_changes(self._changes)
            self._changes = []
