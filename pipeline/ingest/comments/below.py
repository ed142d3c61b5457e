"""What a change of a page's comments means for the post above them: the index must follow."""

from sqlalchemy import Connection

from pipeline.domain.routes import FOLLOW
from pipeline.store import deliveries, indexing
from pipeline.store.comments import Comment
from pipeline.store.log import StoredEvent


def tell_post(db: Connection, row: Comment, event: StoredEvent) -> None:
    """Have the index follow, by a duty for the event that changed the comments.

    A post that is dirty already has its duty: many comments that come together are one write.
    """
    if not indexing.is_on_page(db, row.site, row.page):
        return  # nearly always so where no post is known: one look-up
    before = indexing.touch(db, row.site, row.page, version=event.id)
    if any(not post.is_dirty for post in before):
        deliveries.add(db, [(event.id, None, (FOLLOW,))], now=event.received_at)
