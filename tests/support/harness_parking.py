"""Thirty short lists, ten thousand jobs that wait, and what lies in the broker meanwhile."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import insert, update

from pipeline.store.graph import accounts
from pipeline.store.graph.jobs import Line
from pipeline.store.graph_tables import sync_job
from pipeline.store.network_tables import rate_window
from tests.support.graph import job as a_job
from tests.support.harness_graph import Reader
from tests.support.harness_processes import until, wait
from tests.support.harness_watch import Broker

OWNERS = [str(n) for n in range(1, 31)]
FEW = [(str(5000 + 3 * int(owner) + n), owner) for owner in OWNERS for n in range(3)]
SLOTS = 8
LINE = Line("x", "followers")
GRAPH_QUEUE = "afterword:graph"


def park(reader: Reader, count: int) -> None:
    """Jobs for accounts that are not there; they come due in turn, and find the window used up."""
    now = reader.container.clock()
    with reader.database.write() as db:
        owners = accounts.ordinals(db, "x", [str(900_000 + n) for n in range(count)])
        rows = [
            a_job(
                owner,
                id=owner,
                credential="x",
                not_before=now + timedelta(seconds=1 + owner % 8),
                created_at=now,
            )._asdict()
            for owner in owners.values()
        ]
        closed = {"remaining": 0, "reset_at": now + timedelta(minutes=10)}
        db.execute(update(rate_window).values(closed))
        db.execute(insert(sync_job), rows)
        reader.graph.planner.hand_out(db, LINE)


def open_window(reader: Reader) -> None:
    """The window is full again: they come, not all at once."""
    with reader.database.write() as db:
        db.execute(update(rate_window).values(remaining=300, reset_at=None))
        db.execute(update(sync_job).values(not_before=reader.container.clock()))
        reader.graph.planner.hand_out(db, LINE)


def deepest(broker: Broker, *, seconds: float) -> int:
    """The most that lay in the broker's line during that time."""
    found = 0
    for _ in range(int(seconds / 0.1)):
        found = max(found, _depth(broker))
        wait(0.1)
    return found


def deepest_until(broker: Broker, over: Callable[[], bool]) -> int:
    """The most that lay there until it was over."""
    found = 0

    def looked() -> bool:
        nonlocal found
        found = max(found, _depth(broker))
        return over()

    until(looked, within=60, what="the end of what is watched", every=0.1)
    return found


def _depth(broker: Broker) -> int:
    return int(broker.client.llen(GRAPH_QUEUE))  # type: ignore[arg-type] # sync
