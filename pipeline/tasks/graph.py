"""Tasks on the queue `graph`."""

from pipeline.bootstrap import Container
from pipeline.domain.events import GraphWake
from pipeline.ingest.work import Work
from pipeline.store.graph.jobs import Line


def fetch(container: Container, work: Work) -> None:
    """Take one step of a sync job: a page, or a batch of profiles."""
    container.graph.fetcher.fetch(work)


def wake(container: Container, work: Work) -> None:
    """Let jobs go on that have waited long enough."""
    fact: GraphWake = work.event.fact(GraphWake)
    with work.settle() as db:
        container.graph.planner.hand_out(db, Line(fact.credential, fact.endpoint))


def plan(container: Container, work: Work) -> None:
    """Open jobs for lists that are due, and mend what was left behind."""
    container.graph.scheduler.tick(work)
