"""The simulator's own doors, and the wire it is put on, without sockets."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.simulators.x.asgi import App as Wire
from tests.simulators.x.clock import STANDARD_START, SimClock
from tests.simulators.x.drift import Drift, plan_of
from tests.simulators.x.faults import Fault
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World
from tests.support.asgi import call

HEADERS = {"authorization": "Bearer simulated-bearer"}


@pytest.fixture
def x() -> Simulator:
    plan = plan_of('{"7": {"follows": 5, "unfollows": 3, "suspensions": 1}}')
    edges = [(str(at), "7") for at in range(100, 200)]
    world = World(edges, seed=1, planner=Drift(plan, seed=1))
    return Simulator(world, clock=SimClock(rate=0))


def ask(x: Simulator, method: str, path: str, **more: Any) -> Any:
    """The JSON a door answers with."""

    async def run() -> Any:
        transport = httpx.ASGITransport(Wire(x))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            answer = await client.request(method, path, headers=HEADERS, **more)
            return answer.json()

    return asyncio.run(run())


def test_the_clock_stands_until_it_is_advanced(x: Simulator) -> None:
    before = ask(x, "GET", "/_sim/clock")
    after = ask(x, "POST", "/_sim/advance", json={"days": 1, "hours": 2})
    assert before["now"] == "2026-06-01T00:00:00.000Z"
    assert after["now"] == "2026-06-02T02:00:00.000Z"
    assert after["applied"] == len(x.world.events) > 0


@pytest.mark.parametrize("body", [{"weeks": 1}, {"days": "one"}, [], {"seconds": -1}])
def test_time_that_is_none_is_refused(x: Simulator, body: Any) -> None:
    assert "error" in ask(x, "POST", "/_sim/advance", json=body)
    assert x.clock() == STANDARD_START


def test_changes_happen_at_once_or_later(x: Simulator) -> None:
    changes = [
        {"kind": "follow", "source": "5", "target": "7"},
        {"kind": "suspend", "id": "100"},
        {"kind": "unfollow", "source": "101", "target": "7", "at": "2026-06-01T00:00:30Z"},
    ]
    assert ask(x, "POST", "/_sim/apply", json=changes) == {"applied": 2}
    ask(x, "POST", "/_sim/advance", json={"seconds": 30})
    truth = ask(x, "GET", "/_sim/truth", params={"id": "7", "direction": "followers"})
    assert truth["ids"][0] == "5"
    assert not {"100", "101"} & set(truth["ids"])
    assert {"id": "100", "state": "suspended", "position": 1} in truth["members"]
    history = ask(x, "GET", "/_sim/history", params={"id": "7"})
    assert [event["kind"] for event in history["events"]] == ["follow", "suspend", "unfollow"]
    assert history["initial"] == [str(at) for at in range(199, 99, -1)]


def test_faults_are_switched_on_listed_and_off(x: Simulator) -> None:
    on = ask(x, "POST", "/_sim/faults", json={"kind": "html", "endpoint": "users", "count": 1})
    assert on["on"][0] == {
        "kind": "html",
        "endpoint": "users",
        "probability": 1.0,
        "count": 1,
        "after": 0,
        "value": 503.0,
    }
    assert ask(x, "POST", "/_sim/faults", json=[{"kind": "reset"}])["on"][1]["kind"] == "reset"
    assert len(ask(x, "POST", "/_sim/faults", json={"profile": "flaky"})["on"]) > 2
    ask(x, "DELETE", "/_sim/faults")
    assert ask(x, "GET", "/_sim/faults") == []


@pytest.mark.parametrize(
    "body", [{"kind": "meteor"}, {"profile": "none such"}, {"kind": "html", "p": 1}]
)
def test_faults_there_are_not_are_refused(x: Simulator, body: Any) -> None:
    assert "error" in ask(x, "POST", "/_sim/faults", json=body)


def test_an_app_can_be_changed_and_users_given_tokens(x: Simulator) -> None:
    app = {"credits": 1.5, "enrolled": False, "owner": "7", "consenting": "100"}
    assert ask(x, "POST", "/_sim/app", json=app)["enrolled"] is False
    assert x.ledger.credits == {"app": 1_500_000}
    assert x.login.consenting == "100"
    ask(x, "POST", "/_sim/app", json={"credits": None})
    assert x.ledger.credits == {}
    tokens = ask(x, "POST", "/_sim/tokens", json={"user": "7"})
    caller = x.credentials.caller(tokens["access_token"], now=x.now())
    assert caller is not None
    assert caller.owns("7")


def test_the_longest_lists_are_found(x: Simulator) -> None:
    assert ask(x, "GET", "/_sim/largest", params={"n": "1"}) == [{"id": "7", "members": 100}]


def test_the_report_is_given_and_cleared(x: Simulator) -> None:
    ask(x, "GET", "/2/users/7/followers")
    assert ask(x, "GET", "/_sim/report")["total"]["returned"] == 100
    ask(x, "DELETE", "/_sim/report")
    report = ask(x, "GET", "/_sim/report")
    assert report["total"]["asked"] == 0
    assert report["dollars_by_day"] == {"app": {"2026-06-01": 1.0}}


def test_a_door_there_is_not_names_those_there_are(x: Simulator) -> None:
    assert "GET truth" in ask(x, "GET", "/_sim/lies")["doors"]


def test_an_answer_on_the_wire_is_as_recorded(x: Simulator) -> None:
    query = "max_results=2&user.fields=created_at"
    answer = call(Wire(x), "/2/users/7/followers", method="GET", headers=HEADERS, query=query)
    assert answer.status == 200
    assert answer.headers[b"content-type"] == b"application/json; charset=utf-8"
    assert answer.headers[b"x-rate-limit-remaining"] == b"299"
    assert int(answer.headers[b"content-length"]) == len(answer.body)
    assert [person["id"] for person in answer.json()["data"]] == ["199", "198"]


def test_a_problem_has_its_own_media_type(x: Simulator) -> None:
    answer = call(Wire(x), "/2/users/x", method="GET", headers=HEADERS)
    assert answer.headers[b"content-type"] == b"application/problem+json; charset=utf-8"


@pytest.mark.parametrize("kind", ["reset", "lost", "cut"])
def test_a_broken_connection_is_one_without_a_wire_too(x: Simulator, kind: str) -> None:
    x.faults.add([Fault(kind, count=1)])
    with pytest.raises(ConnectionResetError):
        call(Wire(x), "/2/users/7", method="GET", headers=HEADERS)


def test_a_stream_is_lines_and_empty_ones(x: Simulator) -> None:
    wire = Wire(x, keep_alive=0.0)
    sent: list[bytes] = []
    subscription = {"event_type": "follow.follow", "filter": {"user_id": "7"}}
    ask(x, "POST", "/2/activity/subscriptions", json=subscription)

    async def receive() -> dict[str, Any]:
        if sent:
            await asyncio.Event().wait()
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])
            if len(sent) == 1:
                x.do("follow", "5", "7")
            if len(sent) == 2:
                wire.close()

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/2/activity/stream",
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer simulated-bearer")],
    }
    asyncio.run(wire(scope, receive, send))
    assert sent[0] == b"\r\n"
    assert sent[1].startswith(b'{"data":{"event_uuid"')
    assert sent[1].endswith(b"}\r\n")


def test_a_clock_runs_as_fast_as_its_name_says() -> None:
    assert SimClock.of("x3600").rate == 3600
    assert SimClock.of("real").rate == 1
    fast = SimClock.of("x1000000", STANDARD_START)
    assert fast() < fast()
    manual = SimClock.of("manual")
    assert manual() == manual() == STANDARD_START


@pytest.mark.parametrize("name", ["x0", "x-1", "slow", "xyz"])
def test_a_clock_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"no clock|could not convert"):
        SimClock.of(name)
