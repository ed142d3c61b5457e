"""A search index under random deaths: an engine that dies, an oracle of what must be in it."""

import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.bootstrap import Container
from pipeline.index.comparison import compare
from pipeline.index.documents import Composer
from pipeline.index.engine import Engine, Write, Written
from pipeline.store import generations, posts
from pipeline.store.post_tables import GenerationState


class Killed(BaseException):
    """The process is gone: nothing after this line was done."""


class MortalEngine:
    """An engine whose calls die now and then, before or after they took effect.

    After an effect, so that a write is repeated that was done; halfway, so that a batch is cut.
    """

    def __init__(self, engine: Engine, chance: random.Random, *, odds: float) -> None:
        self._engine = engine
        self._chance = chance
        self._odds = odds
        self.deaths = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def write(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:
        self._die()
        if self._chance.random() < self._odds:
            self._engine.write(name, writes[: len(writes) // 2], refresh=refresh)
            self._die(surely=True)
        written = self._engine.write(name, writes, refresh=refresh)
        self._die()
        return written

    def create(self, name: str) -> None:
        self._die()
        self._engine.create(name)
        self._die()

    def promote(self, name: str) -> None:
        self._die()
        self._engine.promote(name)
        self._die()

    def _die(self, *, surely: bool = False) -> None:
        if surely or self._chance.random() < self._odds:
            self.deaths += 1
            raise Killed


class LateEngine:
    """An engine whose first write comes once more, long after: from a worker that was held up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._first: tuple[str, Sequence[Write]] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def write(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:
        self._first = self._first or (name, writes)
        return self._engine.write(name, writes, refresh=refresh)

    def repeat_first(self) -> dict[str, Written]:
        """Write the first batch again; what became of each, by key."""
        assert self._first is not None
        name, writes = self._first
        return {each.key: each for each in self._engine.write(name, writes, refresh=True)}


class Fact(NamedTuple):
    """What a sender says of a post; of one revision the removal is the last word."""

    id: str
    revision: int
    removed: bool


def history(chance: random.Random, *, posts: int, facts: int) -> list[Fact]:
    """Creates, updates and deletes with growing revisions, then shuffled, and some repeated."""
    revisions = dict.fromkeys(range(posts), 0)
    told = []
    for _ in range(facts):
        post = chance.randrange(posts)
        revisions[post] += 1
        told.append(Fact(f"p{post}", revisions[post], chance.random() < 0.25))
    told += chance.sample(told, facts // 10)
    # Out of order, as retries of a sender are: near where they were.
    order = sorted(range(len(told)), key=lambda place: place + chance.uniform(0, 15))
    return [told[place] for place in order]


def expected(facts: Sequence[Fact]) -> dict[str, int]:
    """Which posts readers must find, and at which revision: the newest of each unless it removes."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        before = newest.get(fact.id)
        if before is None or (fact.revision, fact.removed) > (before.revision, before.removed):
            newest[fact.id] = fact
    return {fact.id: fact.revision for fact in newest.values() if not fact.removed}


def require_equal(container: Container, wanted: dict[str, int]) -> None:
    """Fail unless posts and live generation both hold these posts at these revisions, and no more."""
    engine = container.index.engine
    with container.database.read() as db:
        live = generations.in_state(db, engine.kind, GenerationState.LIVE)
        rows = posts.walk(db, after="", limit=1000)
    assert live is not None
    assert {row.post_id: row.revision for row in rows if row.visible} == wanted
    found = compare(container.database, engine, Composer(lambda _site: True), live.name)
    assert found.differences == []
    assert found.expected.checksum == found.found.checksum
    assert found.found.count == len(wanted)
