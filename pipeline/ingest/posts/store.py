"""Storing posts: the newest revision wins, the same content changes nothing, a removal stays known."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.events import PostChanged, PostDue, PostRemoved
from pipeline.domain.ids import IdFactory
from pipeline.domain.posts.post import Post
from pipeline.domain.search import document_key
from pipeline.ingest.posts.document import Built, build
from pipeline.settings import Source
from pipeline.store import posts
from pipeline.store.log import StoredEvent
from pipeline.store.own_events import announce
from pipeline.store.posts import PostRow

CONTENT = "content:"
"""Begins the source of events that a content source gave; the rest is the site's name."""


Announce = Callable[..., None]
"""`pipeline.store.own_events.announce`, or what stands in for it."""


class PostKeeper:
    """Keeps the newest known state of every post. The caller owns the transaction."""

    def __init__(
        self, sources: Mapping[str, Source], ids: IdFactory, announce: Announce = announce
    ) -> None:
        self._sources = sources
        self._ids = ids
        self._announce = announce

    def silent(self) -> "PostKeeper":
        """One that tells nobody: for a replay, whose news are old."""
        return PostKeeper(self._sources, self._ids, lambda *_args, **_more: None)

    def build(self, event: StoredEvent) -> Built:
        """The document of a `post.published`: before any transaction, for it takes a while."""
        return build(self.site_of(event.source), event.fact(Post))

    def store(self, db: Connection, event: StoredEvent, built: Built, *, now: datetime) -> None:
        """Take in a `post.published`."""
        fact: Post = event.fact(Post)
        site = self.site_of(event.source)
        key = document_key(site, fact.id)
        old = posts.get(db, key, lock=True)
        if old is not None and _is_older(fact.revision, old):
            return
        row = PostRow(
            key=key,
            site=site,
            post_id=fact.id,
            page=_page_of(fact.url),
            event_id=event.id,
            revision=_newest(fact.revision, old),
            version=0,
            digest=built.digest,
            document=built.json,
            builder=built.builder,
            published_at=fact.published_at,
            expires_at=fact.expires_at,
            deleted_at=None,
            visible=is_visible(fact.published_at, fact.expires_at, now=now),
        )
        self._save(db, row, old, now=now)

    def renew(self, db: Connection, event: StoredEvent, built: Built, *, now: datetime) -> bool:
        """Take in what this version makes of a post that its row was made of; whether it differs.

        Unless something else has come of the post meanwhile.
        """
        key = document_key(self.site_of(event.source), event.fact(Post).id)
        old = posts.get(db, key, lock=True)
        if old is None or old.event_id != event.id or old.deleted_at is not None:
            return False
        self.store(db, event, built, now=now)
        return old.digest != built.digest

    def drop(self, db: Connection, event: StoredEvent, *, now: datetime) -> None:
        """Take in a `post.removed`, also of a post that nobody has told of yet."""
        fact: PostRemoved = event.fact(PostRemoved)
        site = self.site_of(event.source)
        key = document_key(site, fact.id)
        old = posts.get(db, key, lock=True)
        if old is not None and _is_older(fact.revision, old, removal=True):
            return
        row = PostRow(
            key=key,
            site=site,
            post_id=fact.id,
            page=old.page if old else None,
            event_id=event.id,
            revision=_newest(fact.revision, old),
            version=0,
            digest=None,
            document=None,
            builder=None,
            published_at=old.published_at if old else None,
            expires_at=None,
            deleted_at=event.received_at,
            visible=False,
        )
        self._save(db, row, old, now=now)

    def turn(self, db: Connection, event: StoredEvent, *, now: datetime) -> None:
        """A post's time has come, or has passed: look again whether it is to be seen."""
        due = event.fact(PostDue)
        old = posts.get(db, due.key, lock=True)
        if old is None or old.published_at is None or old.deleted_at is not None:
            return
        visible = is_visible(old.published_at, old.expires_at, now=now)
        self._save(db, old._replace(visible=visible), old, now=now)

    def site_of(self, source: str) -> str:
        """The site a source speaks for; a source without one is a site of its own name."""
        if source.startswith(CONTENT):
            return source.removeprefix(CONTENT)
        known = self._sources.get(source)
        return source if known is None or known.site is None else known.site

    def _save(self, db: Connection, row: PostRow, old: PostRow | None, *, now: datetime) -> None:
        if old is not None:
            row = row._replace(
                indexed_version=old.indexed_version, indexed_digest=old.indexed_digest
            )
            if _reads_the_same(row, old):
                same = row._replace(version=old.version, refused=old.refused)
                posts.save(db, same, is_new=False)
                return
        version = self._ids.next()
        row = row._replace(version=max(version, old.version + 1 if old else 0))
        if not row.visible and (old is None or not (old.visible or old.is_dirty)):
            row = row._replace(indexed_version=row.version)  # it is not in the index, nor need be
        posts.save(db, row, is_new=old is None)
        if row.deleted_at is None:
            self._plan(db, row, now=now)
        if row.is_dirty:
            type_ = events.POST_STORED if row.visible else events.POST_DROPPED
            self._announce(db, version, type_, PostChanged(row.key, str(row.version)), at=now)

    def _plan(self, db: Connection, row: PostRow, *, now: datetime) -> None:
        """Look again when its time comes, and when it ends: nobody sends an event for that."""
        for moment in (row.published_at, row.expires_at):
            if moment is not None and moment > now:
                self._announce(db, self._ids.next(), events.POST_DUE, PostDue(row.key), at=moment)


def is_visible(published_at: datetime, expires_at: datetime | None, *, now: datetime) -> bool:
    """Whether readers may find it: neither still to come nor past its end."""
    return published_at <= now and (expires_at is None or now < expires_at)


def _is_older(revision: int | None, old: PostRow, *, removal: bool = False) -> bool:
    """Whether the fact came late: its sender counts revisions, and a newer one is known.

    Of one revision, its removal is the last word.
    """
    if revision is None or old.revision is None:
        return False
    if revision == old.revision:
        return old.deleted_at is not None and not removal
    return revision < old.revision


def _newest(revision: int | None, old: PostRow | None) -> int | None:
    return revision if revision is not None else (old.revision if old else None)


def _reads_the_same(row: PostRow, old: PostRow) -> bool:
    return (row.digest, row.visible, row.deleted_at is None) == (
        old.digest,
        old.visible,
        old.deleted_at is None,
    ) and (row.published_at, row.expires_at) == (old.published_at, old.expires_at)


def _page_of(url: str) -> str | None:
    path = urlsplit(url).path or "/"
    return path if len(path) <= 500 else None  # noqa: PLR2004 - pipeline.domain.events.PagePath
