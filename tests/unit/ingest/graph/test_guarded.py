"""Pages are kept without those who asked to be forgotten, and paid for with them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.guarded import GuardedHistory
from pipeline.ingest.graph.history import History
from pipeline.store.graph import accounts
from tests.support.dump import dump
from tests.support.pushed import ADA, BOB, CAT, erase, known
from tests.support.world import World


class Pages(History):
    """A history that learns who is on a page, and nothing else."""

    def take_page(
        self,
        db: Connection,
        run_id: int,
        page_no: int,
        network: str,
        people: Sequence[Person],
        **more: Any,
    ) -> list[int]:
        del run_id, page_no
        ords = accounts.learn(db, network, people, now=more["read_at"])
        return [ords[person.native_id] for person in people]


class Guarded(GuardedHistory, Pages):
    """Guards the history above."""


def take(world: World, *people: Person) -> list[int]:
    history = Guarded(world.container.ids, world.clock, world.container.erased)
    with world.database.write() as db:
        return history.take_page(db, 1, 0, "x", people, read_at=world.clock())


def test_a_page_of_others_is_taken_as_it_is(world: World) -> None:
    members = take(world, CAT, ADA, BOB)
    ords = known(world, CAT, ADA, BOB)
    assert members == [ords[who.native_id] for who in (CAT, ADA, BOB)]


def test_who_was_erased_is_left_out_and_counted_as_nobody(world: World) -> None:
    erase(world, ADA)
    members = take(world, CAT, ADA, BOB)
    ords = known(world, CAT, BOB)
    assert members[:2] == [ords[CAT.native_id], ords[BOB.native_id]]
    assert len(members) == 3
    assert members[2] >= 0xFFFF0000
    assert take(world, ADA) == members[2:]  # the same number: it is paid for once a day
    with world.database.read() as db:
        assert ADA.native_id not in dump(db)
