"""Who calls, how often, and how much."""

import asyncio
from typing import Any

import pytest

from pipeline.problems import ProblemError
from pipeline.webhooks import buckets
from pipeline.webhooks.body import read_body
from pipeline.webhooks.buckets import Buckets, buckets_for
from pipeline.webhooks.clients import Clients, bucket_key
from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.writer import Writer
from tests.support.asgi import call
from tests.support.world import SOURCES, World


class Seconds:
    """A monotonic clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    clock = Seconds()
    bucket = Buckets(rate=2, burst=3, clock=clock)
    assert [bucket.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    clock.now = 0.5
    assert bucket.take("a") == 0.0
    assert bucket.take("b") == 0.0


def test_the_table_of_buckets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "LARGEST_TABLE", 10)
    bucket = Buckets(rate=1, burst=1, clock=Seconds())
    for number in range(1000):
        bucket.take(str(number))
    assert len(bucket._table) == 10


def test_no_rate_is_no_bucket() -> None:
    assert buckets_for(None, clock=Seconds()) is None


def scope(address: str | None) -> dict[str, Any]:
    return {"client": None if address is None else (address, 1)}


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "seen"),
    [
        ([], "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (["10.0.0.0/8"], "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.7, 203.0.113.5, 10.0.0.9", "203.0.113.5"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.7, nonsense", "10.0.0.2"),
        (["10.0.0.0/8"], "10.0.0.2", "", "10.0.0.2"),
        (["fd00::/8"], "fd00::1", "2001:db8::7", "2001:db8::7"),
        (["10.0.0.0/8"], None, "198.51.100.7", "unknown"),
    ],
)
def test_only_a_configured_proxy_is_believed(
    trusted: list[str], peer: str | None, forwarded: str, seen: str
) -> None:
    headers = {b"x-forwarded-for": forwarded.encode()}
    assert Clients(trusted).address(scope(peer), headers) == seen


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_caller_owns_its_whole_network(address: str, key: str) -> None:
    assert bucket_key(address) == key


def test_a_source_and_an_address_have_their_own_limits(world: World, writer: Writer) -> None:
    slow = World(
        world.database,
        world.clock,
        world.settings.home,
        sources={"blog": SOURCES["blog"].__class__(scheme="standard-webhooks", rate="1/s")},
        address_rate="2/s",
    )
    door = WebhookDoor(slow.settings, writer, slow.container.ids, slow.clock)
    statuses = [call(door, "/webhooks/blog", b"{}").status for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    other = call(door, "/webhooks/blog", b"{}", client=("203.0.113.10", 1))
    assert other.status == 401


def test_a_connection_that_ends_early_is_no_body() -> None:
    messages = [
        {"type": "http.request", "body": b"x", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    with pytest.raises(ProblemError) as caught:
        asyncio.run(read_body(receive, {}, limit=100))
    assert caught.value.name == "unreadable"
