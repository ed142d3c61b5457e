"""Tasks on the queue `control`: what beat asks for."""

from pipeline.bootstrap import Container
from pipeline.ingest import upkeep
from pipeline.ingest.work import Work


def sweep(container: Container, work: Work) -> None:
    """Give events their deliveries that came before their handler existed."""
    with work.settle() as db:
        upkeep.sweep(db, now=work.clock(), retention=container.retention)


def prune(container: Container, work: Work) -> None:
    """Forget old settled deliveries."""
    with work.settle() as db:
        upkeep.prune(db, now=work.clock(), retention=container.retention)


def retain(container: Container, work: Work) -> None:
    """Forget old ticks and queries."""
    with work.settle() as db:
        kept = container.queries_kept
        upkeep.retain(db, now=work.clock(), retention=container.retention, queries_kept=kept)
