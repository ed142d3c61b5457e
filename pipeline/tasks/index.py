"""Tasks on the queue `index`."""

from pipeline.bootstrap import Container
from pipeline.domain import events
from pipeline.domain.events import PostChanged
from pipeline.index.indexer import failure
from pipeline.ingest.work import Work
from pipeline.logs import get_logger

log = get_logger(__name__)


def follow(container: Container, work: Work) -> None:
    """Write what changed to the index: the event's own post and whatever else is dirty."""
    key = work.event.fact(PostChanged).key if work.event.type in _OF_POSTS else None
    indexer = container.index.indexer
    wrote = indexer.follow(key)
    failed = failure(wrote, key)
    if failed is not None:
        with work.database.write_relaxed() as db:
            indexer.note(db, wrote)
        raise failed
    with work.settle() as db:
        indexer.note(db, wrote)


_OF_POSTS = frozenset({events.POST_STORED, events.POST_DROPPED})


def rebuild(container: Container, work: Work) -> None:
    """Build the index anew, or go on with a build that was cut off."""
    rebuilt = container.index.rebuild.run(lambda _: work.renew())
    log.info("index_rebuilt", generation=rebuilt.name, documents=rebuilt.documents)


def reconcile(container: Container, work: Work) -> None:
    """Compare the index with the posts, and mend it."""
    reconciled = container.index.reconciler.run(work.renew)
    if reconciled is None:
        return
    if reconciled.renewed:
        log.info("posts_renewed", posts=reconciled.renewed, meaning="this version reads them anew")
    if reconciled.drift:
        left = [each.key for each in reconciled.left]
        log.warning("index_drift", found=len(reconciled.drift), left=left)
