"""Elasticsearch busy, full, silent, read-only or gone: every good post lands in the end.

Meanwhile comments are worked as if nothing were.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.elastic import ElasticEngine, Server
from pipeline.ingest.work import Ending
from pipeline.store import comments, generations, posts
from pipeline.store.post_tables import GenerationState
from tests.support.bulk_faults import BulkFaults
from tests.support.proxy import Proxy
from tests.support.world import World

pytestmark = [pytest.mark.services, pytest.mark.elasticsearch]

POSTS = 15
Storm = Callable[["Weather"], AbstractContextManager[None]]


class Weather:
    """What can happen between the world and its Elasticsearch."""

    def __init__(self, server: Server, faults: BulkFaults, proxy: Proxy) -> None:
        self.server, self.faults, self.proxy = server, faults, proxy


@pytest.fixture
def weather(elasticsearch: Server) -> Iterator[Weather]:
    with BulkFaults(elasticsearch.url) as faults, Proxy(_port(faults.url)) as proxy:
        yield Weather(elasticsearch, faults, proxy)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.fixture
def world(world_on_fts5: World, weather: Weather, request: pytest.FixtureRequest) -> World:
    """A world with a live generation, whose way to Elasticsearch leads through the weather."""
    url = f"http://127.0.0.1:{weather.proxy.port}"
    silent = answers_that_never_come.__name__ in request.node.name
    # Short only where an answer is waited for in vain: a busy machine is no storm.
    server = weather.server._replace(url=url, bulk_timeout=1.0 if silent else 60.0)
    world_on_fts5.container.index.engine.close()
    calm = ElasticEngine(weather.server)
    world_on_fts5.use_engine(calm)
    world_on_fts5.publish("before", title="Bread")
    world_on_fts5.work()
    calm.close()
    world_on_fts5.use_engine(ElasticEngine(server, pause=lambda _s: None, jitter=lambda: 1.0))
    return world_on_fts5


@contextmanager
def some_items_busy(weather: Weather, status: int) -> Iterator[None]:
    dice = random.Random(7)  # noqa: S311 - a fault, no secret
    weather.faults.status, weather.faults.busy = status, lambda _key: dice.random() < 0.3
    yield
    weather.faults.busy = lambda _key: False


def too_many_requests(weather: Weather) -> AbstractContextManager[None]:
    return some_items_busy(weather, 429)


def some_shards_missing(weather: Weather) -> AbstractContextManager[None]:
    return some_items_busy(weather, 503)


@contextmanager
def all_items_busy(weather: Weather) -> Iterator[None]:
    weather.faults.busy = lambda _key: True
    yield
    weather.faults.busy = lambda _key: False


@contextmanager
def requests_too_large(weather: Weather) -> Iterator[None]:
    weather.faults.largest = 2_000
    yield


@contextmanager
def answers_that_never_come(weather: Weather) -> Iterator[None]:
    """The server has applied what it was told."""
    weather.faults.silent = 3
    yield
    weather.faults.silent = 0


@contextmanager
def read_only(weather: Weather) -> Iterator[None]:
    """As Elasticsearch makes its indices when the disk is nearly full."""
    block, indices = "index.blocks.read_only_allow_delete", f"{weather.server.prefix}-*"
    with Elasticsearch(weather.server.url) as client:
        client.indices.put_settings(index=indices, settings={block: True})
        yield
        client.indices.put_settings(index=indices, settings={block: None})


@contextmanager
def gone(weather: Weather) -> Iterator[None]:
    weather.proxy.reset()
    weather.proxy.down()
    yield
    weather.proxy.up()


PARKING: list[Storm] = [all_items_busy, answers_that_never_come, read_only, gone]
STORMS: list[Storm] = [too_many_requests, some_shards_missing, requests_too_large, *PARKING]


@pytest.mark.parametrize("storm", STORMS)
def test_every_post_lands_in_the_end(world: World, weather: Weather, storm: Storm) -> None:
    with storm(weather):
        for number in range(POSTS):
            world.publish(f"p{number:02}", title="Marmalade", body="Words. " * 20)
        world.publish("before", title="Marmalade")
        endings = {each.ending for each in world.work()}
        assert Ending.DEAD not in endings
        assert (Ending.PARKED in endings) == (storm in PARKING)
        world.clock.advance(minutes=2)
        world.work()
    settle(world)

    assert len(landed(world)) == POSTS + 1
    assert len(world.find("marmalade", size=50)) == POSTS + 1
    assert world.find("bread") == []
    with world.database.read() as db:
        assert posts.counts(db)[3:] == (0, 0)


def landed(world: World) -> list[str]:
    """Keys in the live generation, which is read back fresh."""
    engine = world.container.index.engine
    (live,) = (each.name for each in engine.generations() if each.live)
    return [entry.key for entry in engine.entries(live, after="", size=100)]


def settle(world: World) -> None:
    for _ in range(10):
        world.clock.advance(minutes=10)
        if not world.work():
            return
    raise AssertionError("it never came to rest")


@pytest.mark.parametrize("storm", PARKING)
def test_comments_do_not_notice(world: World, weather: Weather, storm: Storm) -> None:
    """They are published in the first round, and not one waits for the index."""
    world.publish("a", url="https://blog.example/posts/a/", title="Marmalade")
    world.work_on("posts")
    with storm(weather):
        world.work_on("index")
        asked = len(weather.faults.requests)
        for number in range(5):
            world.post(f"c{number}", text=f"A sound remark about orange number {number}, I think.")
        world.work_on("comments")

        with world.database.read() as db:
            assert comments.count_by_state(db) == {"published": 5}
        assert len(weather.faults.requests) == asked
        world.work_on("index")
    settle(world)
    assert world.find("orange") == ["a"]


def test_a_rebuild_that_the_server_leaves_in_the_middle_of_goes_on(
    world: World, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.index.rebuild.PAGE", 10)
    for number in range(POSTS):
        world.publish(f"p{number:02}", title="Marmalade")
    world.work()
    world.clock.advance(hours=1)
    world.ask_for_rebuild()
    faults = weather.faults
    before = len(faults.requests)

    def goes(_key: str) -> bool:
        if len(faults.requests) == before + 2:
            weather.proxy.down()
        return False

    faults.busy = goes
    (result,) = world.work()
    assert result.ending is Ending.PARKED
    with world.database.read() as db:
        building = generations.in_state(db, "elasticsearch", GenerationState.BUILDING)
    assert building is not None
    assert building.written < POSTS

    weather.proxy.up()
    settle(world)
    with world.database.read() as db:
        live = generations.in_state(db, "elasticsearch", GenerationState.LIVE)
    assert live is not None
    assert live.name == building.name
    assert len(landed(world)) == POSTS + 1
    assert len(world.find("marmalade", size=50)) == POSTS
