"""Questions about lists of a million, from the sets that are kept of them.

The lists are drawn at random from ten million ordinals: the worst case for bitmaps, because
ordinals are given out in the order in which accounts are found, which puts a list's together.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter

from pyroaring import BitMap

from bench.context import Context
from bench.figures import median
from bench.table import Row, Target, at_most, less_is_better
from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.sets import Known, at_least, common, only
from pipeline.ingest.graph.questions.lists import read_lists
from pipeline.store import schema
from pipeline.store.database import Database
from pipeline.store.graph import lists, sets
from pipeline.store.graph.lists import ListRow

_READ = datetime(2026, 3, 1, tzinfo=UTC)
NAME = "sets"
LISTS = 3
TARGET_MS = 5.0
_UNIVERSE = 10
"""Ordinals there are, for each one in a list."""

Plain = Sequence[set[int]]
Question = tuple[str, Callable[[Sequence[Known]], Known], Callable[[Plain], set[int]]]


def _in_two(plain: Plain) -> set[int]:
    seen: set[int] = set()
    twice: set[int] = set()
    for members in plain:
        twice |= seen & members
        seen |= members
    return twice


QUESTIONS: Sequence[Question] = (
    ("common to all", common, lambda plain: set.intersection(*plain)),
    (
        "in the first only",
        lambda known: only(known[0], known[1:]),
        lambda plain: plain[0].difference(*plain[1:]),
    ),
    ("in at least 2", lambda known: at_least(2, known), _in_two),
)


def run(context: Context) -> list[Row]:
    """Ask every question of the same lists, kept as bitmaps and as Python's own sets."""
    size, rounds = context.size(1_000_000, 50_000), context.size(15, 5)
    context.say(f"sets: {LISTS} lists of {size:,}")
    chance = random.Random(1)  # noqa: S311 - the same lists every time
    plain = [set(chance.sample(range(1, _UNIVERSE * size), size)) for _ in range(LISTS)]
    database = _kept(context, plain)
    try:
        loaded = _timed(lambda: _load(database), rounds)
        known = _load(database)
    finally:
        database.close()
    rows, limit = [], at_most(TARGET_MS, "ms", context.pace())
    for what, ours, theirs in QUESTIONS:
        if set(ours(known).certain) != theirs(plain):
            raise RuntimeError(f"{what}: the answers differ")
        took = _timed(lambda ask=ours: ask(known), rounds)
        peer = _timed(lambda ask=theirs: ask(plain), 3)
        rows.append(_row(f"{what}, {LISTS} lists of {size:,}", took, peer, limit))
    return [*rows, _loading(size, loaded)]


def _row(what: str, took: float, peer: float, limit: Target) -> Row:
    return Row(
        scenario=NAME,
        what=what,
        ours=took,
        unit="ms",
        peer=peer,
        peer_name="Python's sets",
        ratio=less_is_better(took, peer),
        target=limit.text,
        met=took < limit.limit,
    )


def _loading(size: int, took: float) -> Row:
    what = f"reading the {LISTS} lists of {size:,} from the database's cache"
    return Row(NAME, what, took, "ms", "", None)


def _kept(context: Context, plain: Plain) -> Database:
    """A database that has these lists' sets, and nothing else of them."""
    place = context.fresh("sets")
    database = Database(f"sqlite:///{place / 'afterword.db'}")
    with database.write() as db:
        schema.upgrade(db)
        for key, members in zip(_keys(), plain, strict=True):
            lists.save(db, ListRow(key.owner, key.direction, "x", swept_at=_READ, revision=1))
            state = sets.states(db, [key])[key]
            sets.keep(db, state, BitMap(members))
    return database


def _keys() -> list[ListKey]:
    return [ListKey(owner, Direction.FOLLOWERS) for owner in range(1, LISTS + 1)]


def _load(database: Database) -> list[Known]:
    with database.read() as db:
        return [reading.known for reading in read_lists(db, _keys())]


def _timed(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds, the median of so many rounds."""
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        taken.append((perf_counter() - began) * 1000)
    return median(taken)
