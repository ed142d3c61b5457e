"""Events out of order and repeated, during a rebuild, with a death at every turn.

AFTERWORD_CHAOS_SEEDS=20 AFTERWORD_CHAOS_FACTS=1000 runs the long form; docs/faults.md has its figures.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from pipeline.index.engine import Outcome
from tests.support.chaos import Killed, LateEngine, MortalEngine, expected, history, require_equal
from tests.support.engines import ELASTICSEARCH
from tests.support.world import World

SEEDS = os.environ.get("AFTERWORD_CHAOS_SEEDS")  # noqa: TID251 - a switch of the tests
FACTS = int(os.environ.get("AFTERWORD_CHAOS_FACTS", "200"))  # noqa: TID251 - the same
CASES = [
    pytest.param(*param.values, seed, marks=param.marks)
    for param, seeds in ((pytest.param("fts5"), 3), (ELASTICSEARCH, 1))
    for seed in range(int(SEEDS or seeds))
]


@pytest.mark.parametrize(("search_world", "seed"), CASES, indirect=["search_world"])
def test_the_index_equals_the_posts_whatever_died(search_world: World, seed: int) -> None:
    world, chance = search_world, random.Random(seed)  # noqa: S311 - a seed's own dice
    facts = history(chance, posts=60, facts=FACTS)
    mortal = MortalEngine(world.container.index.engine, chance, odds=0.08)
    world.use_engine(mortal)
    for number, fact in enumerate(facts):
        if fact.removed:
            world.remove(fact.id, revision=fact.revision)
        else:
            world.publish(fact.id, revision=fact.revision, title=f"Post {fact.id} r{fact.revision}")
        if chance.random() < 0.05:
            live_a_while(world, chance)
        if number in (FACTS // 4, FACTS // 2):
            world.ask_for_rebuild()
        if chance.random() < 0.01:
            world.clock.advance(seconds=chance.choice([5, 70]))  # past a lease, and past gc_deletes
    settle(world)

    assert mortal.deaths > 0
    check(world, expected(facts))


def test_a_delete_is_not_undone_by_a_write_that_comes_more_than_a_minute_later(
    search_world: World, forget_deletes: Callable[[], None]
) -> None:
    """Elasticsearch forgets the version of a deleted document after `index.gc_deletes`, 60 s."""
    world, late = search_world, LateEngine(search_world.container.index.engine)
    world.use_engine(late)
    for post_id in ("a", "b"):
        world.publish(post_id, title="Borrow", revision=1)
    world.work()
    world.remove("a", revision=2)
    world.work()
    world.clock.advance(seconds=70)
    forget_deletes()
    told = late.repeat_first()

    assert told["blog/a"].outcome is Outcome.NEWER
    assert world.find("borrow") == ["b"]


def live_a_while(world: World, chance: random.Random) -> None:
    """A worker takes some duties, in any order across subjects, and may die on the way."""
    handed = world.due()
    chance.shuffle(handed)
    with suppress(Killed):
        for due in handed[: chance.randrange(1, 40)]:
            world.bench.work(due)


def settle(world: World) -> None:
    """Workers come back until nothing is left to do."""
    for _ in range(500):
        world.clock.advance(minutes=10)
        with suppress(Killed):
            if not world.work():
                return
    raise AssertionError("it never came to rest")


def check(world: World, wanted: dict[str, int]) -> None:
    require_equal(world.container, wanted)
    for post_id, revision in wanted.items():
        assert post_id in world.find(f'"Post {post_id} r{revision}"', size=50)
