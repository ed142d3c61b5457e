"""A small graph, as rows: ada follows bob and is followed by both others; bob's lists are kept."""

from pipeline.domain.graph.kinds import Direction
from pipeline.domain.graph.port import Person
from pipeline.store.graph import accounts, lists
from pipeline.store.graph.lists import ListRow
from tests.support.world import World

ADA = Person("7100000000000000071", handle="ada_lovelace", name="Countess A.", followers=3)
BOB = Person("92", handle="bob", name="Bob")
CAT = Person("93", handle="cat", name="Cat")


def known(world: World, *people: Person) -> dict[str, int]:
    """Learn people; their ordinals by native id."""
    with world.database.write() as db:
        return accounts.learn(db, "x", people, now=world.clock())


def keep(world: World, owner: int, direction: Direction = Direction.FOLLOWERS) -> None:
    """Keep a list of an account."""
    with world.database.write() as db:
        lists.save(db, ListRow(owner, direction, "x"))


def follow(follower: Person, followed: Person, **more: object) -> dict[str, object]:
    """Data of `follow.added` or `follow.removed`."""
    ends = {"follower": follower, "followed": followed}
    parties = {
        name: {"id": who.native_id, "username": who.handle, "name": who.name}
        for name, who in ends.items()
    }
    return parties | more
