"""Readers notice nothing of a swap: every answer is whole, and all of one generation."""

from structlog.testing import capture_logs

from pipeline.api.search.asking import Searcher
from pipeline.api.search.parameters import Asked
from tests.support.engine_faults import FaultyEngine
from tests.support.readers import Readers
from tests.support.world import World

POSTS = 60
SWAPS = 3
PER_SECOND = 200
ASKED = Asked(
    "blog", "marmalade", typing=False, tags=(), sections=(), years=(), after=None, size=10
)


def test_no_answer_fails_is_empty_or_mixed_while_generations_are_swapped(
    search_world: World,
) -> None:
    world, engine = search_world, FaultyEngine(search_world.container.index.engine)
    engine.marked = True
    world.use_engine(engine)
    for number in range(POSTS):
        world.publish(f"p{number:02}", title="Marmalade")
    world.work()
    searcher = Searcher(engine, world.container.journal, world.clock)

    def ask() -> str:
        """The one generation that the answer is of, by its hits and by its counts."""
        found = searcher.ask("blog", ASKED).found
        (generation,) = {hit.section for hit in found.hits}
        assert generation is not None
        assert found.facets is not None
        assert dict(found.facets.section) == {generation: POSTS}
        assert (found.total, len(found.hits)) == (POSTS, ASKED.size)
        return generation

    live = []
    with capture_logs(), Readers(ask, rate=PER_SECOND) as readers:
        for swap in range(SWAPS):
            readers.wait_for(PER_SECOND // 8)
            world.clock.advance(hours=1)
            if swap == SWAPS - 1:
                live.append(world.container.index.rebuild.rollback().name)
            else:
                live.append(world.container.index.rebuild.run().name)
        readers.wait_for(PER_SECOND // 8)

    assert readers.wrong == []
    assert len(readers.answers) > PER_SECOND // 2
    assert set(live) <= set(readers.answers)
    assert readers.answers[-1] == live[-1] == live[-3]
