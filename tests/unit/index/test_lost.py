"""An index that was thrown away is built again."""

from tests.support.world import World


def test_a_generation_that_is_gone_is_built_again(world: World) -> None:
    world.publish("a", title="Marmalade")
    world.work()
    engine = world.container.index.engine
    (live,) = engine.generations()
    engine.create("another")
    engine.promote("another")
    engine.drop(live.name)
    engine.remove()

    world.publish("b", title="Bread")
    for _ in range(5):
        world.clock.advance(minutes=10)
        world.work()
    assert world.find("marmalade") == ["a"]
    assert world.find("bread") == ["b"]
