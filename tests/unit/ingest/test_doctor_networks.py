"""The check-up of networks: credentials that broke, apps that are stopped."""

from datetime import timedelta

from pipeline.ingest.doctor.check import Check, Health
from pipeline.ingest.doctor.networks import check_networks
from pipeline.ingest.graph.credentials import Credentials
from pipeline.store.graph import breakers, credentials
from pipeline.store.graph.breakers import Breaker
from tests.support.world import World


def checked(world: World) -> list[Check]:
    with world.database.read() as db:
        return check_networks(db, now=world.clock())


def opened(world: World, network: str = "bluesky") -> None:
    Credentials(world.settings, world.database, world.clock).open_to_all(network)


def test_who_keeps_no_list_hears_nothing(world: World) -> None:
    assert checked(world) == []


def test_what_works_is_said_in_a_line(world: World) -> None:
    opened(world)
    (line,) = checked(world)
    assert line.health is Health.OK


def test_each_broken_credential_is_named_with_its_reason(world: World) -> None:
    opened(world)
    opened(world, "mastodon:mastodon.example")
    with world.database.write() as db:
        version = next(r.version for r in credentials.listing(db) if r.name == "bluesky")
        assert credentials.set_broken(db, "bluesky", version, "it refuses")
    (line,) = checked(world)
    assert (line.health, line.detail) == (Health.WARN, "'bluesky' is broken: it refuses")


def test_an_app_is_named_as_long_as_it_is_stopped(world: World) -> None:
    opened(world)
    now = world.clock()
    with world.database.write() as db:
        breakers.trip(db, Breaker("main", "no credits", now, None))
        breakers.trip(db, Breaker("other", "a pause", now, now + timedelta(minutes=5)))
    assert [line.detail for line in checked(world)] == [
        "the app 'main' is stopped: no credits",
        "the app 'other' is stopped: a pause",
    ]
    world.clock.advance(minutes=6)
    (line,) = checked(world)
    assert "--close-breaker main" in line.advice
