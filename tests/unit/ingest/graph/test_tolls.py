"""What X charges for pushed events counts against the caps, once for each."""

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.ingest.graph import purse
from pipeline.ingest.graph.tolls import Tolls
from pipeline.settings import Graph
from pipeline.settings.sites import Source
from pipeline.store import log
from tests.support.graph import put_credential
from tests.support.pushed import ADA, BOB, follow
from tests.support.world import World

SOURCES = {
    "x": Source(Scheme.X, secrets=()),
    "blog": Source(Scheme.STANDARD_WEBHOOKS, secrets=()),
}
EVENT = 10_000


def pay(world: World, source: str) -> int:
    receipt = world.send("follow.added", follow(ADA, BOB), source=source)
    with world.database.write() as db:
        event = log.get(db, receipt.event_id)
        assert event is not None
        return Tolls(SOURCES).pay(db, event)


def spent(world: World, app: str) -> int:
    with world.database.read() as db:
        return purse.spent(db, Graph(), app, now=world.clock()).day


@pytest.mark.parametrize("source", ["x", "x-stream"])
def test_an_event_that_x_pushed_is_entered_for_the_app(world: World, source: str) -> None:
    with world.database.write() as db:
        put_credential(db)
    assert [pay(world, source), pay(world, source)] == [EVENT, EVENT]
    assert spent(world, "app") == 2 * EVENT


def test_without_a_credential_it_is_the_settings_app_that_pays(world: World) -> None:
    pay(world, "x")
    assert spent(world, "x") == EVENT


def test_what_somebody_else_sent_costs_nothing(world: World) -> None:
    assert [pay(world, "blog"), pay(world, "afterword")] == [0, 0]
    assert spent(world, "x") == 0


def test_the_task_pays_for_an_event_that_comes_again_only_once(world: World) -> None:
    for _ in range(2):
        world.send("follow.added", follow(ADA, BOB), source="x-stream", key="event-1")
        world.work()
    assert spent(world, "x") == EVENT
