"""Taking an account out of every table of the graph. The log is `told`'s."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, or_, select, update

from pipeline.domain.graph.kinds import Direction
from pipeline.store.graph import lists, told
from pipeline.store.graph_tables import (
    account,
    edge_span,
    edge_suspect,
    follow_count,
    graph_list,
    graph_run,
    run_page,
    set_cache,
    sync_job,
)
from pipeline.store.network_tables import credential, paid_today, rate_lease, rate_window

ERASED = "erased"
"""Stands where a credential's name stood."""
_OWNED = (graph_list, sync_job, graph_run, set_cache, paid_today)


class Removed(NamedTuple):
    """What went: spans of edges, and lists that were kept of the account."""

    edges: int
    lists: int


@contextmanager
def overwriting(db: Connection) -> Iterator[None]:
    """Have what is deleted or shortened overwritten in SQLite's file, not only let go."""
    if db.dialect.name != "sqlite":
        yield
        return
    db.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        db.exec_driver_sql("PRAGMA secure_delete = OFF")


def remove(db: Connection, ord_: int) -> Removed:
    """Delete an account, its edges, its lists and what was read of them.

    Bitmaps are `bitmaps.strip`'s. Other accounts' lists count as changed.
    """
    _bump(db, ord_)
    e, s = edge_span.c, edge_suspect.c
    edges = sum(db.execute(delete(edge_span).where(end == ord_)).rowcount for end in (e.src, e.dst))
    db.execute(delete(edge_suspect).where(or_(s.owner == ord_, s.member == ord_)))
    runs = select(graph_run.c.id).where(graph_run.c.owner == ord_)
    db.execute(delete(run_page).where(run_page.c.run_id.in_(runs)))
    kept = [db.execute(delete(table).where(table.c.owner == ord_)).rowcount for table in _OWNED]
    db.execute(delete(follow_count).where(follow_count.c.account == ord_))
    db.execute(delete(account).where(account.c.ord == ord_))
    return Removed(edges, kept[0])


def log_out(db: Connection, network: str, native_id: str) -> int:
    """Delete the credentials that speak for an account; how many. Lists read with one are paused."""
    c = credential.c
    where = and_(c.network == network, c.owner_id == native_id)
    names = list(db.execute(select(c.name).where(where)).scalars())
    db.execute(delete(credential).where(where))
    for table in (rate_window, rate_lease):
        db.execute(delete(table).where(table.c.credential.in_(names)))
    paused = {"credential": ERASED, "paused": "the credential it was read with was erased"}
    db.execute(update(graph_list).where(graph_list.c.credential.in_(names)).values(paused))
    db.execute(update(sync_job).where(sync_job.c.credential.in_(names)).values(credential=ERASED))
    for name in names:
        told.rename_credential(db, name, ERASED)
    return len(names)


def _bump(db: Connection, ord_: int) -> None:
    e = edge_span.c
    followers = db.execute(select(e.src).distinct().where(e.dst == ord_)).scalars()
    lists.bump(db, Direction.FOLLOWING, list(followers))
    followed = db.execute(select(e.dst).distinct().where(e.src == ord_)).scalars()
    lists.bump(db, Direction.FOLLOWERS, list(followed))
