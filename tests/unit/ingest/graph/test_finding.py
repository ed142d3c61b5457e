"""Finding accounts: what is known costs nothing, what is looked up is paid for once."""

import pytest

from pipeline.domain.graph.failures import NetworkDownError
from pipeline.domain.graph.names import Name
from pipeline.errors import NotFoundError, Transient
from pipeline.store.graph import breakers
from pipeline.store.graph.breakers import Breaker
from tests.support.graph import FakeNetwork, put_credential
from tests.support.world import World


def test_an_id_is_an_account_and_a_handle_is_looked_up_once(
    world: World, network: FakeNetwork
) -> None:
    network.handles = {"ada": "12"}
    finder = world.container.graph.finder
    by_id, by_handle = Name(None, "7"), Name("ada", None)
    with world.database.write() as db:
        key = put_credential(db)
    known = finder.known([by_id, by_handle], "x")
    assert set(known) == {by_id}
    assert known[by_id].native_id == "7"
    found = finder.look_up(by_handle, key)
    assert (found.native_id, found.handle) == ("12", "ada")
    assert finder.known([Name("ADA", None)], "x") == {Name("ADA", None): found}
    with world.database.read() as db:
        assert world.container.graph.turnstile.spent(db, "app").day == 10_000


def test_who_is_not_there_is_said(world: World, network: FakeNetwork) -> None:
    assert network.handles == {}
    with world.database.write() as db:
        key = put_credential(db)
    with pytest.raises(NotFoundError, match="x has no account @ada"):
        world.container.graph.finder.look_up(Name("ada", None), key)
    with world.database.read() as db:
        assert world.container.graph.turnstile.spent(db, "app").day == 0


def test_why_it_can_not_be_asked_is_said(world: World, network: FakeNetwork) -> None:
    finder, name = world.container.graph.finder, Name("ada", None)
    with world.database.write() as db:
        key = put_credential(db)
    network.failures = [NetworkDownError("503 from X")]
    with pytest.raises(NetworkDownError, match="503 from X"):
        finder.look_up(name, key)
    with world.database.write() as db:
        breakers.trip(db, Breaker("app", "402: no credits", world.clock(), None))
    with pytest.raises(Transient, match="402: no credits"):
        finder.look_up(name, key)
