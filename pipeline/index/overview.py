"""How the index stands: for status, doctor and metrics."""

from typing import NamedTuple

from pipeline.index.engine import Engine
from pipeline.store import generations, posts
from pipeline.store.database import Database
from pipeline.store.generations import GenerationRow
from pipeline.store.post_tables import GenerationState
from pipeline.store.posts import Counts


class IndexStanding(NamedTuple):
    """`trouble`: why the engine does not answer, None where it does.

    `outdated`: the live generation has another schema than a new one would get.
    """

    engine: str
    trouble: str | None
    outdated: bool
    generations: list[GenerationRow]
    posts: Counts


def index_standing(database: Database, engine: Engine) -> IndexStanding:
    """How the index stands now."""
    with database.read() as db:
        rows = generations.listing(db, engine.kind)
        counts = posts.counts(db)
    outdated = is_outdated(database, engine)
    return IndexStanding(engine.kind, engine.trouble(), outdated, rows, counts)


def is_outdated(database: Database, engine: Engine) -> bool:
    """Whether the live generation was made with another schema. Asks the database alone."""
    with database.read() as db:
        live = generations.in_state(db, engine.kind, GenerationState.LIVE)
    return live is not None and live.fingerprint != engine.fingerprint
