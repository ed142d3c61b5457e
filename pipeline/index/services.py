"""Everything about the index that one process works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain.ids import IdFactory
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine
from pipeline.index.indexer import Indexer
from pipeline.index.lifecycle import Lifecycle
from pipeline.index.rebuild import Rebuild
from pipeline.index.reconcile import Reconciler, Renew
from pipeline.store.database import Database


@dataclass(frozen=True)
class Index:
    """The services around one engine."""

    engine: Engine
    lifecycle: Lifecycle
    indexer: Indexer
    rebuild: Rebuild
    reconciler: Reconciler


def index_on(  # noqa: PLR0913 - what the services share
    engine: Engine,
    database: Database,
    *,
    ids: IdFactory,
    clock: Callable[[], datetime],
    lease: timedelta,
    searches_comments: Callable[[str], bool],
    renew: Renew,
) -> Index:
    """The services around an engine. Nothing is connected yet."""
    composer = Composer(searches_comments)
    lifecycle = Lifecycle(database, engine, ids, clock=clock, lease=lease)
    indexer = Indexer(database, engine, composer, lifecycle, ids, clock=clock)
    return Index(
        engine=engine,
        lifecycle=lifecycle,
        indexer=indexer,
        rebuild=Rebuild(database, engine, composer, lifecycle, ids),
        reconciler=Reconciler(
            database, engine, composer, lifecycle, indexer, renew=renew, clock=clock
        ),
    )
