"""X's activities, by stream and by webhook, from a simulated X into the log and on to the edges."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pipeline.domain.graph.failures import (
    CredentialDeadError,
    NetworkDownError,
    NotAllowedError,
    RateLimitedError,
)
from pipeline.domain.schemes import Scheme
from pipeline.ingest.graph.x.stream import ActivityStream
from pipeline.ingest.graph.x.token import OneToken
from pipeline.processes.listener import Listener
from pipeline.processes.taking import Taken, Taker
from pipeline.settings import Source
from pipeline.store import log
from pipeline.store.log import Filter, StoredEvent
from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.writer import Writer
from tests.simulators.x.asgi import App
from tests.simulators.x.credentials import App as Registered
from tests.simulators.x.faults import Fault
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.streams import KEEP_ALIVE
from tests.simulators.x.world import World as Network
from tests.support.world import SITE, SOURCES, World

pytestmark = pytest.mark.services

BEARER, SECRET = Registered().bearer, Registered().consumer_secret
EDGES = (("71", "92"), ("93", "92"))
BETWEEN_BYTES_S = 30.0
ENDED_WITHIN_S = 12.0
"""Below the time between two keep-alives: who is stopped does not wait for the next."""
assert ENDED_WITHIN_S < KEEP_ALIVE


@pytest.fixture
def x() -> Iterator[SimulatedX]:
    with SimulatedX(Network(EDGES)) as running:
        yield running


def subscribe(x: SimulatedX, user: str = "92", **more: str) -> None:
    for type_ in ("follow.follow", "follow.unfollow"):
        wanted = {"event_type": type_, "filter": {"user_id": user}} | more
        headers = {"authorization": f"Bearer {BEARER}"}
        url = f"{x.url}/2/activity/subscriptions"
        assert httpx.post(url, json=wanted, headers=headers).status_code == 200


def stream(x: SimulatedX, world: World, token: str = BEARER) -> ActivityStream:
    return ActivityStream(
        OneToken(token), base_url=x.url, clock=world.clock, timeouts=(10.0, BETWEEN_BYTES_S)
    )


def stored(world: World) -> list[StoredEvent]:
    with world.database.read() as db:
        return log.listing(db, Filter(), limit=100, newest=False)


def wait_for(holds: Callable[[], bool], within: float = 30.0) -> None:
    pause = threading.Event()
    for _ in range(int(within / 0.02)):
        if holds():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come about")


def is_read(x: SimulatedX) -> bool:
    return bool(x.simulator.activity._feeds)


@contextmanager
def listening(x: SimulatedX, world: World) -> Iterator[Taker]:
    """A listener in a thread of its own; ended, and whatever it raised, at the end."""
    stopped, failed = threading.Event(), list[BaseException]()
    source = stream(x, world)

    def pause(seconds: float) -> bool:
        return stopped.wait(min(seconds, 0.05))

    taker = Taker(world.container, "x-stream", pause)
    listener = Listener(source, taker.take, clock=world.clock, chance=lambda: 0.0, pause=pause)

    def run() -> None:
        try:
            listener.run()
        except BaseException as error:  # noqa: BLE001 - shown in the test's own thread
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_for(lambda: is_read(x) or bool(failed))
        yield taker
    finally:
        stopped.set()
        source.stop()
        thread.join(ENDED_WITHIN_S)
        assert not thread.is_alive()
        assert failed == []


def happened(x: SimulatedX, *changes: Sequence[str]) -> None:
    for kind, source, target in changes:
        assert x.simulator.do(kind, source, target)


def test_what_happens_on_x_is_in_the_log_in_order(x: SimulatedX, world: World) -> None:
    subscribe(x)
    with listening(x, world):
        happened(x, ("unfollow", "71", "92"), ("follow", "71", "92"), ("follow", "92", "93"))
        wait_for(lambda: len(stored(world)) == 3)
    events = stored(world)
    assert [(event.type, event.subject) for event in events] == [
        ("follow.removed", "follow:x-stream:71>92"),
        ("follow.added", "follow:x-stream:71>92"),
        ("follow.added", "follow:x-stream:92>93"),
    ]
    first = json.loads(events[0].data)
    assert set(first["follower"]) == {"id", "username", "name"}


def test_what_comes_twice_is_kept_once(x: SimulatedX, world: World) -> None:
    subscribe(x)
    x.simulator.faults.add([Fault("duplicate", "events")])
    with listening(x, world) as taker:
        happened(x, ("unfollow", "71", "92"))
        wait_for(lambda: taker.taken == Taken(accepted=1, repeated=1))
    assert len(stored(world)) == 1


def test_a_break_is_mended_and_what_was_missed_is_asked_for(x: SimulatedX, world: World) -> None:
    subscribe(x)
    with listening(x, world) as taker:
        happened(x, ("unfollow", "71", "92"))
        wait_for(lambda: taker.taken.accepted == 1)
        x.app._closing = True  # every stream ends
        wait_for(lambda: not is_read(x))
        happened(x, ("unfollow", "93", "92"))
        x.app._closing = False
        wait_for(lambda: taker.taken.accepted == 2)
    assert len(stored(world)) == 2
    assert taker.taken.repeated >= 1


def test_a_dead_token_a_refusal_and_a_limit_are_told_apart(x: SimulatedX, world: World) -> None:
    with pytest.raises(CredentialDeadError):
        next(stream(x, world, "another").lines())
    for fault, error in (
        ("not_enrolled", NotAllowedError),
        ("rate_limited", RateLimitedError),
        ("html", NetworkDownError),
        ("reset", NetworkDownError),
    ):
        x.simulator.faults.add([Fault(fault, "stream", count=1)])
        with pytest.raises(error) as caught:
            next(stream(x, world).lines())
        assert BEARER not in repr(caught.value)


def test_nobody_there_is_a_network_that_is_down(x: SimulatedX, world: World) -> None:
    gone = stream(x, world)
    gone._url = "http://127.0.0.1:1/2/activity/stream"
    with pytest.raises(NetworkDownError, match="can't be reached") as caught:
        next(gone.lines())
    assert caught.value.__context__ is None


def test_a_stream_that_says_nothing_at_all_is_given_up(x: SimulatedX, world: World) -> None:
    x.app._streams._keep_alive = 600.0
    source = stream(x, world)
    lines = source.lines()
    assert next(lines) == b""
    assert source._response is not None
    line = source._response.raw._connection.sock
    assert line.gettimeout() == BETWEEN_BYTES_S
    line.settimeout(0.2)  # only now: a busy machine may take longer to connect
    with pytest.raises(NetworkDownError, match="broke off"):
        next(lines)


def test_webhooks_are_proved_signed_and_observed(world: World, tmp_path: Path) -> None:
    source = Source(scheme=Scheme.X, secrets=(SECRET,), rate="none")
    settings = {"sources": SOURCES | {"graph": source}, "sites": {"blog": SITE}}
    mine = World(world.database, world.clock, tmp_path, **settings)
    writer = Writer(mine.database, clock=mine.clock, wake=lambda: None)
    writer.start()
    door = WebhookDoor(mine.settings, writer, mine.container.ids, mine.clock)
    network = Network(EDGES)
    simulator = Simulator(network)
    app = App(simulator, transport=httpx.ASGITransport(door))  # type: ignore[arg-type] # ASGI's own types vary
    try:
        answers = asyncio.run(_hooked(app, simulator))
    finally:
        writer.stop()
    assert answers == (True, False)
    events = stored(mine)
    assert [event.type for event in events] == ["follow.removed", "follow.added"]
    assert {event.source for event in events} == {"graph"}
    assert {result.ending.value for result in mine.work()} == {"done"}


async def _hooked(app: App, simulator: Simulator) -> tuple[bool, bool]:
    """Whether a right and a wrong address prove themselves; then two events, one sent twice."""
    right = await app.webhooks.register("https://blog.example/webhooks/graph", SECRET)
    wrong = await app.webhooks.register("https://blog.example/webhooks/blog", SECRET)
    headers = {"authorization": f"Bearer {BEARER}"}
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type] # as above
    async with httpx.AsyncClient(transport=transport, base_url="https://x.example") as client:
        for type_ in ("follow.follow", "follow.unfollow"):
            wanted = {"event_type": type_, "filter": {"user_id": "92"}, "webhook_id": right.id}
            answer = await client.post("/2/activity/subscriptions", json=wanted, headers=headers)
            assert answer.status_code == 200
    simulator.faults.add([Fault("duplicate", "events", count=1)])
    assert simulator.do("unfollow", "71", "92")
    assert simulator.do("follow", "71", "92")
    assert await app.webhooks.deliver(simulator.activity.outbox) == 3
    return right.valid, wrong.valid


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_listens_until_it_is_told_to_stop(
    x: SimulatedX, tmp_path: Path, number: signal.Signals
) -> None:
    subscribe(x)
    environ = os.environ | {  # noqa: TID251 - a process of its own
        "AFTERWORD_HOME": str(tmp_path),
        "AFTERWORD_X_API_URL": x.url,
        "AFTERWORD_X_BEARER_TOKEN": BEARER,
    }
    command = [sys.executable, "-c", "from pipeline.cli import main; main()"]
    subprocess.run([*command, "migrate"], env=environ, check=True, capture_output=True)  # noqa: S603 - ours
    with subprocess.Popen(  # noqa: S603 - ours
        [*command, "graph", "listen"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_for(lambda: is_read(x) or process.poll() is not None)
        happened(x, ("unfollow", "71", "92"))
        wait_for(lambda: _count(tmp_path) == 1)
        process.send_signal(number)
        said, _ = process.communicate(timeout=ENDED_WITHIN_S)
    assert process.returncode == 0
    assert said.decode().splitlines()[-1] == "1 event kept, 0 repeated, 0 unreadable."


def _count(home: Path) -> int:
    from pipeline.store.database import Database  # noqa: PLC0415 - read from outside, as others do

    database = Database(f"sqlite:///{home / 'afterword.db'}")
    try:
        with database.read() as db:
            return log.count(db, Filter(type="follow.removed"))
    finally:
        database.close()
