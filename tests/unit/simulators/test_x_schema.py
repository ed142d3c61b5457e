"""Whatever the simulated X says with a 200 is what X's OpenAPI file allows."""

from collections.abc import Iterator

import orjson
import pytest

from tests.simulators.x.client import Client
from tests.simulators.x.credentials import App
from tests.simulators.x.faults import EVENT_KINDS, KINDS, Fault
from tests.simulators.x.people import USER_FIELDS, handle_of
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.wire import Answer
from tests.simulators.x.world import World
from tests.support.clock import FakeClock
from tests.support.openapi import OpenApi

TARGETS = {"1": None, "2": "protect", "3": "suspend", "4": "delete", "5": "rename", "404": None}
FIELDS = ",".join(sorted(USER_FIELDS))


@pytest.fixture(scope="module")
def openapi() -> OpenApi:
    return OpenApi()


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    """1 to 5 follow and are followed, and are what TARGETS says."""
    owners = [target for target in TARGETS if target != "404"]
    edges = [(str(at), owner) for owner in owners for at in range(100, 120)]
    edges += [(owner, other) for owner in owners for other in owners if owner != other]
    x = Simulator(World(edges, seed=1), clock=clock, apps=[App(owner="1")])
    for target, kind in TARGETS.items():
        if kind:
            x.do(kind, target, "renamed" if kind == "rename" else "")
    return x


def walk(x: Simulator, client: Client) -> Iterator[tuple[str, Answer]]:
    """Every endpoint, for every kind of target: the name of its schema and the answer."""
    handles = [handle_of(x.world, x.world.graph.node_of(each)) for each in ("1", "5")]
    for target in TARGETS:
        for side, name in (("followers", "Followers"), ("following", "Following")):
            for answer in walk_list(client, target, side):
                yield f"GetUsers{name}Response", answer
        yield "GetUsersByIdResponse", client.get(f"/2/users/{target}", user_fields=FIELDS)
    yield "GetUsersByIdsResponse", client.get("/2/users", ids=",".join(TARGETS))
    yield "GetUsersByIdsResponse", client.get("/2/users", ids="404")
    for handle in [*handles, "nobody"]:
        path = f"/2/users/by/username/{handle}"
        yield "GetUsersByUsernameResponse", client.get(path, user_fields=FIELDS)
    yield "GetUsersByUsernamesResponse", client.get("/2/users/by", usernames=",".join(handles))
    yield "GetUsersMeResponse", client.get("/2/users/me", user_fields=FIELDS)
    yield from walk_activity(x, client)


def walk_list(client: Client, target: str, side: str) -> Iterator[Answer]:
    """Three pages at most, whatever they are like."""
    yield client.page(target, side, user_fields=FIELDS)
    token = ""
    for _ in range(3):
        answer = client.page(target, side, size=4, token=token)
        yield answer
        body = answer.body if isinstance(answer.body, dict) else {}
        token = body.get("meta", {}).get("next_token", "")


def walk_activity(x: Simulator, client: Client) -> Iterator[tuple[str, Answer]]:
    subscription = {"event_type": "follow.follow", "filter": {"user_id": "1"}, "tag": "a"}
    path = "/2/activity/subscriptions"
    made = client.ask("POST", path, subscription)
    yield "CreateActivitySubscriptionResponse", made
    yield "GetActivitySubscriptionsResponse", client.get(path)
    stream = client.get("/2/activity/stream")
    x.do("follow", "900", "1")
    for line in stream.feed.lines if stream.feed else ():
        yield "ActivityStreamResponse", Answer(200, orjson.loads(line))
    body = made.body if isinstance(made.body, dict) else {}
    number = body.get("data", {}).get("subscription", {}).get("subscription_id", "0")
    yield "DeleteActivitySubscriptionResponse", client.ask("DELETE", f"{path}/{number}")


def wrong(openapi: OpenApi, name: str, answer: Answer) -> list[str]:
    if answer.feed or isinstance(answer.body, bytes):
        return []
    if answer.status == 200:
        return openapi.errors(name, answer.body)
    return openapi.errors("Problem", answer.body) if "problem" in answer.media else []


@pytest.mark.parametrize("user", ["", "1", "100"])
def test_every_endpoint_says_what_it_may(openapi: OpenApi, x: Simulator, user: str) -> None:
    client = Client(x, x.tokens_for(user)["access_token"] if user else "simulated-bearer")
    answers = list(walk(x, client))
    assert [wrong(openapi, *each) for each in answers] == [[]] * len(answers)
    assert {name for name, answer in answers if answer.status == 200 and not answer.feed} >= {
        "GetUsersFollowersResponse",
        "GetUsersFollowingResponse",
        "GetUsersByIdResponse",
        "GetUsersByIdsResponse",
        "GetUsersByUsernameResponse",
        "GetUsersByUsernamesResponse",
        "CreateActivitySubscriptionResponse",
        "GetActivitySubscriptionsResponse",
        "DeleteActivitySubscriptionResponse",
        "GetUsersMeResponse" if user else "ActivityStreamResponse",
    }


@pytest.mark.parametrize("kind", sorted(set(KINDS) - EVENT_KINDS - {"latency"}))
def test_what_goes_wrong_says_what_it_may(openapi: OpenApi, x: Simulator, kind: str) -> None:
    x.faults.add([Fault(kind, probability=0.5)])
    answers = list(walk(x, Client(x)))
    assert [wrong(openapi, *each) for each in answers] == [[]] * len(answers)
    assert x.faults.fired[kind] > 0


def test_a_hidden_member_more_or_less_is_nothing_to_the_schema(
    openapi: OpenApi, x: Simulator
) -> None:
    for number in range(100, 120):
        x.do("suspend", str(number))
    empty = Client(x).page("1", size=4, token="")
    assert empty.body["meta"]["result_count"] < 4
    assert openapi.errors("GetUsersFollowersResponse", empty.body) == []


def test_the_schemas_do_refuse_what_is_wrong(openapi: OpenApi, x: Simulator) -> None:
    body = Client(x).page("1", user_fields="public_metrics").body
    body["data"][0]["shoe_size"] = 44
    body["data"][1]["id"] = 44
    del body["data"][2]["public_metrics"]["followers_count"]
    assert len(openapi.errors("GetUsersFollowersResponse", body)) == 3
    error = Client(x).page("3").body
    error["errors"][0]["type"] = "https://example.com/other"
    assert openapi.errors("GetUsersFollowersResponse", error)
