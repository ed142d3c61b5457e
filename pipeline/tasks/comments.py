"""Tasks on the queue `comments`."""

from pipeline.bootstrap import Container
from pipeline.ingest.work import Work


def moderate(container: Container, work: Work) -> None:
    """Judge a posted or edited comment: read and decide first, then store in one commit."""
    with work.database.read() as db:
        judged = container.moderator.judge(db, work.event)
    with work.settle() as db:
        container.moderator.store(db, judged)


def remove(container: Container, work: Work) -> None:
    """Take a comment away that its author removed."""
    with work.settle() as db:
        container.moderator.withdraw(db, work.event)
