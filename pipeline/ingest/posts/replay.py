"""Rebuilding the posts from the log: what senders and content sources said, in order of arrival."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, delete

from pipeline.domain import events
from pipeline.domain.events import PostChanged
from pipeline.domain.ids import IdFactory
from pipeline.ingest.posts.store import PostKeeper
from pipeline.store import indexing, log
from pipeline.store.log import Filter
from pipeline.store.own_events import announce
from pipeline.store.post_tables import post


class PostReplay:
    """Folds the log into an empty table. Announces nothing but one duty for the index at the end."""

    def __init__(self, keeper: PostKeeper, ids: IdFactory) -> None:
        self._keeper = keeper.silent()
        self._ids = ids

    def run(self, db: Connection, *, now: datetime) -> Iterator[bool]:
        """Yields per event that it was folded. One transaction, as for the comments.

        Versions only ever grow: the index has the old ones, and would refuse to go back.
        """
        before = indexing.versions(db)
        db.execute(delete(post))
        for event in log.walk(db, Filter(types=PROJECTED)):
            if event.type == events.POST_PUBLISHED:
                self._keeper.store(db, event, self._keeper.build(event), now=now)
            else:
                self._keeper.drop(db, event, now=now)
            yield True
        for key, version in before.items():
            indexing.raise_versions(db, [key], version=version + 1)
        event_id = self._ids.next()
        # One duty writes whatever is dirty; the reconcile writes the rest.
        data = PostChanged("", str(event_id))
        announce(db, event_id, events.POST_STORED, data, at=now)


PROJECTED = (events.POST_PUBLISHED, events.POST_REMOVED)
"""What the posts are folded from."""
