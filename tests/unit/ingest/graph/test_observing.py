"""What networks push is recorded where somebody keeps the list, and else forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.observing import Observed, Observer
from pipeline.store import ledger, log
from pipeline.store.graph import accounts
from pipeline.store.log import StoredEvent
from tests.support.dump import dump
from tests.support.pushed import ADA, BOB, CAT, Edges, erase, follow, keep, known
from tests.support.world import World

ADDED, REMOVED = "follow.added", "follow.removed"


@pytest.fixture
def edges() -> Edges:
    return Edges()


def send(world: World, data: dict[str, Any], type_: str = ADDED, **more: Any) -> StoredEvent:
    receipt = world.send(type_, data, **more)
    return read(world, receipt.event_id)


def read(world: World, event_id: int) -> StoredEvent:
    with world.database.read() as db:
        event = log.get(db, event_id)
    assert event is not None
    return event


def observe(world: World, edges: Edges, event: StoredEvent) -> Observed:
    with world.database.write() as db:
        return Observer(edges, world.container.erased).observe(db, event)


def test_an_edge_of_a_list_that_is_kept_is_recorded_once(world: World, edges: Edges) -> None:
    keep(world, known(world, BOB)[BOB.native_id])
    event = send(world, follow(ADA, BOB))
    assert observe(world, edges, event) is Observed.RECORDED
    assert edges.now == {("x", ADA.native_id, BOB.native_id)}
    assert observe(world, edges, event) is Observed.NO_NEWS
    assert read(world, event.id) == event


def test_an_edge_that_went_is_recorded(world: World, edges: Edges) -> None:
    keep(world, known(world, BOB)[BOB.native_id], Direction.FOLLOWING)
    for type_ in (ADDED, REMOVED):
        assert observe(world, edges, send(world, follow(BOB, CAT), type_)) is Observed.RECORDED
    assert edges.now == set()


def test_an_edge_of_no_list_is_ignored_and_its_names_are_not_kept(
    world: World, edges: Edges
) -> None:
    keep(world, known(world, BOB)[BOB.native_id], Direction.FOLLOWING)  # not its followers
    event = send(world, follow(ADA, BOB))
    assert observe(world, edges, event) is Observed.IGNORED
    with world.database.read() as db:
        assert accounts.by_native(db, "x", [ADA.native_id]) == {}
        assert ADA.handle not in dump(db)
    left = read(world, event.id)
    assert (left.digest, left.subject) == (event.digest, event.subject)


def test_lists_of_one_network_are_not_another_s(world: World, edges: Edges) -> None:
    keep(world, known(world, BOB)[BOB.native_id])
    event = send(world, follow(ADA, BOB, network="bluesky"))
    assert observe(world, edges, event) is Observed.IGNORED


def test_it_happened_when_its_sender_says_but_never_after_it_arrived(
    world: World, edges: Edges
) -> None:
    keep(world, known(world, BOB)[BOB.native_id])
    early = world.clock() - timedelta(days=1)
    late = world.clock() + timedelta(days=1)
    for at in (early, late):
        event = send(world, follow(ADA, BOB, at=at.isoformat()))
        observe(world, edges, event)
    assert edges.moments == [early, event.received_at]


def test_of_who_is_gone_only_the_id_is_kept(world: World, edges: Edges) -> None:
    ords = known(world, ADA, BOB)
    keep(world, ords[BOB.native_id])
    with world.database.write() as db:
        accounts.set_state(db, ords[ADA.native_id], AccountState.SUSPENDED, now=world.clock())
    event = send(world, follow(Person(ADA.native_id, handle="new_handle"), BOB))
    assert observe(world, edges, event) is Observed.RECORDED
    assert edges.people[0] == Person(ADA.native_id)
    assert edges.people[1].handle == BOB.handle
    assert "new_handle" not in read(world, event.id).data


def test_nothing_is_kept_of_who_was_erased(world: World, edges: Edges) -> None:
    keep(world, known(world, ADA, BOB)[BOB.native_id])
    erase(world, ADA)
    event = send(world, follow(ADA, BOB), key=f"follow-{ADA.native_id}")
    assert observe(world, edges, event) is Observed.ERASED
    assert edges.now == set()
    with world.database.read() as db:
        assert ADA.native_id not in dump(db)
    assert observe(world, edges, read(world, event.id)) is Observed.ERASED


def test_the_same_task_twice_changes_nothing(world: World) -> None:
    event = send(world, follow(ADA, BOB))
    assert [result.ending.value for result in world.work()] == ["done"]
    before = read(world, event.id)
    with world.database.write() as db:
        (duty,) = ledger.of_event(db, event.id)
    assert (duty.handler, duty.queue, duty.state) == ("graph.observe", "graph", "done")
    assert world.work() == []
    assert read(world, event.id) == before
