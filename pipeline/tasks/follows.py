"""Tasks on the queue `graph` that ask no network: what was pushed, and what has to be forgotten."""

from pipeline.bootstrap import Container
from pipeline.ingest.work import Work
from pipeline.logs import get_logger

log = get_logger(__name__)


def observe(container: Container, work: Work) -> None:
    """Take in that somebody follows somebody, or no longer does."""
    with work.settle() as db:
        container.tolls.pay(db, work.event)
        observed = container.observer.observe(db, work.event)
    log.info("follow_observed", outcome=observed.value)


def comply(container: Container, work: Work) -> None:
    """Purge the profiles of those whom their networks no longer show."""
    complied = container.duties.comply(work.renew)
    if any(complied):
        log.info("profiles_purged", **complied._asdict())
