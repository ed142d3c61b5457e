"""Events of the simulated X: who is told what, over a stream or to a URL, and how it is signed."""

import asyncio
import base64
import hmac
from typing import Any

import httpx
import orjson
import pytest

from tests.simulators.x.activity import MOST
from tests.simulators.x.asgi import App as Wire
from tests.simulators.x.client import Client
from tests.simulators.x.credentials import App
from tests.simulators.x.faults import Fault
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.webhooks import signature
from tests.simulators.x.wire import Answer
from tests.simulators.x.world import World
from tests.support.clock import FakeClock

SECRET = "simulated-consumer-secret"


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    edges = [("2", "1"), ("1", "3")]
    apps = [App(), App(name="other", bearer="other-bearer", client_id="other")]
    return Simulator(World(edges), clock=clock, apps=apps)


@pytest.fixture
def client(x: Simulator) -> Client:
    return Client(x)


def subscribe(client: Client, event: str = "follow.follow", **more: Any) -> Answer:
    given = {"event_type": event, "filter": {"user_id": "1"}, **more}
    return client.ask("POST", "/2/activity/subscriptions", given)


def lines(answer: Answer) -> list[dict[str, Any]]:
    assert answer.feed is not None
    return [orjson.loads(line)["data"] for line in answer.feed.lines]


def told(x: Simulator, answer: Answer) -> list[tuple[str, str, str]]:
    """(event, who, whom) of what a stream was sent after some things happened."""
    for kind, source, target in (
        ("follow", "5", "1"),
        ("follow", "1", "5"),
        ("unfollow", "2", "1"),
        ("follow", "5", "3"),
        ("suspend", "5", ""),
    ):
        x.do(kind, source, target)
    return [
        (data["event_type"], data["payload"]["source"]["id"], data["payload"]["target"]["id"])
        for data in lines(answer)
    ]


def test_a_stream_tells_what_was_subscribed_both_ways(x: Simulator, client: Client) -> None:
    assert subscribe(client).status == 200
    assert subscribe(client, "follow.unfollow").status == 200
    assert told(x, client.get("/2/activity/stream")) == [
        ("follow.follow", "5", "1"),
        ("follow.follow", "1", "5"),
        ("follow.unfollow", "2", "1"),
    ]


@pytest.mark.parametrize(("direction", "source"), [("inbound", "5"), ("outbound", "1")])
def test_a_subscription_may_be_for_one_way(
    x: Simulator, client: Client, direction: str, source: str
) -> None:
    subscribe(client, filter={"user_id": "1", "direction": direction})
    happened = told(x, client.get("/2/activity/stream"))
    assert [event[1] for event in happened] == [source]


def test_an_event_is_as_documented(x: Simulator, client: Client) -> None:
    subscribe(client, tag="mine")
    stream = client.get("/2/activity/stream")
    x.do("follow", "5", "1")
    data = lines(stream)[0]
    assert data["event_uuid"].isdecimal()
    assert data["filter"] == {"user_id": "1"}
    assert data["tag"] == "mine"
    assert data["payload"]["source"]["username"]
    assert data["payload"]["target"]["public_metrics"]["followers_count"] == 2


def test_an_event_costs_a_cent_and_another_app_hears_nothing(x: Simulator, client: Client) -> None:
    subscribe(client)
    other = Client(x, "other-bearer").get("/2/activity/stream")
    x.do("follow", "5", "1")
    assert lines(other) == []
    assert x.ledger.spent["app"].total() == 10_000
    assert x.report.lines["app:app", "events"].charged == 1


def test_a_late_reader_may_have_the_last_minutes(
    x: Simulator, client: Client, clock: FakeClock
) -> None:
    subscribe(client)
    x.do("follow", "5", "1")
    clock.advance(minutes=2)
    x.do("follow", "6", "1")
    assert lines(client.get("/2/activity/stream")) == []
    assert len(lines(client.get("/2/activity/stream", backfill_minutes="1"))) == 1
    assert len(lines(client.get("/2/activity/stream", backfill_minutes="5"))) == 2
    assert client.get("/2/activity/stream", backfill_minutes="6").status == 400


def test_events_may_come_twice_or_never(x: Simulator, client: Client) -> None:
    subscribe(client)
    stream = client.get("/2/activity/stream")
    x.faults.add([Fault("duplicate", "events", count=1), Fault("dropped", count=1, after=1)])
    for newcomer in "567":
        x.do("follow", newcomer, "1")
    assert [data["payload"]["source"]["id"] for data in lines(stream)] == ["5", "5", "7"]
    assert len({data["event_uuid"] for data in lines(stream)}) == 2


def test_a_stream_is_for_the_app_alone(x: Simulator) -> None:
    user = Client(x, x.tokens_for("1")["access_token"])
    assert user.get("/2/activity/stream").status == 403


def test_subscriptions_are_listed_and_ended(x: Simulator, client: Client) -> None:
    subscription = subscribe(client, tag="mine").body["data"]["subscription"]
    assert client.get("/2/activity/subscriptions").body["data"] == [subscription]
    path = f"/2/activity/subscriptions/{subscription['subscription_id']}"
    assert Client(x, "other-bearer").ask("DELETE", path).status == 400
    assert client.ask("DELETE", path).body == {"data": {"deleted": True}}
    assert client.get("/2/activity/subscriptions").body == {"data": []}


@pytest.mark.parametrize(
    "given", [{"event": "follow"}, {"filter": {"user_id": "me"}}, {"filter": {}}]
)
def test_what_is_no_subscription_is_refused(client: Client, given: dict[str, Any]) -> None:
    assert subscribe(client, **given).status == 400


def test_there_is_a_most_of_subscriptions(client: Client, clock: FakeClock) -> None:
    for number in range(MOST):
        if number % 400 == 0:
            clock.advance(seconds=901)
        assert subscribe(client).status == 200
    assert subscribe(client).status == 400


class Receiver:
    """A URL that takes events, after it has proved to know the secret."""

    def __init__(self, secret: str = SECRET, failures: int = 0) -> None:
        self.bodies: list[bytes] = []
        self.failures = failures
        self._secret = secret

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            token = request.url.params["crc_token"]
            return httpx.Response(200, json={"response_token": self._signed(token.encode())})
        body = request.read()
        assert request.headers["x-twitter-webhooks-signature"] == self._signed(body)
        if self.failures:
            self.failures -= 1
            return httpx.Response(503)
        self.bodies.append(body)
        return httpx.Response(200)

    def _signed(self, body: bytes) -> str:
        digest = hmac.new(self._secret.encode(), body, "sha256").digest()
        return "sha256=" + base64.b64encode(digest).decode()


def delivered(x: Simulator, receiver: Receiver) -> dict[str, Any]:
    """Registers the receiver, lets one follow, and asks how that went."""

    async def run() -> dict[str, Any]:
        wire = Wire(x, transport=httpx.MockTransport(receiver))
        transport = httpx.ASGITransport(wire)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as control:
            given = await control.post("/_sim/webhooks", json={"url": "https://blog.example/x"})
            subscribe(Client(x), webhook_id=given.json()["id"])
            change = {"kind": "follow", "source": "5", "target": "1"}
            await control.post("/_sim/apply", json=[change])
            sent = await control.post("/_sim/deliver")
            return {**given.json(), **sent.json()}

    return asyncio.run(run())


def test_a_url_is_proved_and_then_sent_signed_events(x: Simulator) -> None:
    receiver = Receiver()
    assert delivered(x, receiver) == {"id": "1000", "valid": True, "delivered": 1, "failed": 0}
    assert orjson.loads(receiver.bodies[0])["data"]["event_type"] == "follow.follow"


@pytest.mark.parametrize(("failures", "delivered_then"), [(2, 1), (3, 0)])
def test_a_url_that_fails_is_tried_three_times(
    x: Simulator, failures: int, delivered_then: int
) -> None:
    outcome = delivered(x, Receiver(failures=failures))
    assert (outcome["delivered"], outcome["failed"]) == (delivered_then, 1 - delivered_then)


def test_a_url_that_does_not_know_the_secret_is_not_valid(clock: FakeClock) -> None:
    x = Simulator(World(), clock=clock)

    async def run() -> dict[str, Any]:
        wire = Wire(x, transport=httpx.MockTransport(Receiver("wrong")))
        transport = httpx.ASGITransport(wire)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as control:
            answer = await control.post("/_sim/webhooks", json={"url": "https://blog.example/x"})
            return dict(answer.json())

    assert asyncio.run(run())["valid"] is False


def test_a_signature_is_that_of_the_documentation() -> None:
    assert signature("key", b"The quick brown fox jumps over the lazy dog") == (
        "sha256=97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    )
