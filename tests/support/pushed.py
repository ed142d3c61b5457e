"""People, lists that are kept, and a history of edges, for tests of what is pushed and forgotten."""

from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.erasing import Eraser, Forgotten, find
from pipeline.ingest.graph.history import History
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


class Edges(History):
    """A history that keeps edges and nothing else, by native ids."""

    def __init__(self) -> None:
        self.now: set[tuple[str, str, str]] = set()
        self.people: tuple[Person, Person] = (Person(""), Person(""))
        self.moments: list[datetime] = []

    def observe(  # noqa: PLR0913 - as the History's
        self,
        db: Connection,
        network: str,
        follower: Person,
        followed: Person,
        *,
        at: datetime,
        gone: bool,
        event_id: int,
    ) -> bool:
        """Whether the edge is news."""
        del db, event_id
        edge = (network, follower.native_id, followed.native_id)
        self.people = (follower, followed)
        self.moments.append(at)
        if gone is (edge not in self.now):
            return False
        self.now ^= {edge}
        return True


def erase(world: World, person: Person) -> Forgotten:
    """Forget somebody, as `graph erase` does."""
    container = world.container
    eraser = Eraser(world.database, container.erased, container.ids, world.clock)
    with world.database.read() as db:
        subject = find(db, "x", person.native_id)
    return eraser.erase(subject, lambda _count: None)
