"""Tasks on the queue `posts`."""

from pipeline.bootstrap import Container
from pipeline.ingest.work import Work
from pipeline.logs import get_logger

log = get_logger(__name__)


def store(container: Container, work: Work) -> None:
    """Take in a published post: make its document first, then store it in one commit."""
    built = container.posts.build(work.event)
    with work.settle() as db:
        container.posts.store(db, work.event, built, now=work.clock())


def drop(container: Container, work: Work) -> None:
    """Take in that a post is gone."""
    with work.settle() as db:
        container.posts.drop(db, work.event, now=work.clock())


def turn(container: Container, work: Work) -> None:
    """Show a post whose time has come, or hide one whose time is over."""
    with work.settle() as db:
        container.posts.turn(db, work.event, now=work.clock())


def sync(container: Container, work: Work) -> None:
    """Read the content source of the site that was built anew."""
    site = container.posts.site_of(work.event.source)
    if not container.syncer.reads(site):
        log.info("content_not_set", site=site)
        return
    synced = container.syncer.run(site, advance=lambda _done, _all: work.renew())
    log.info("content_synced", site=site, **synced.counts())


def poll(container: Container, work: Work) -> None:
    """Have every content source read: not every site tells when it was built."""
    with work.settle() as db:
        container.syncer.poll(db, work.event)
