"""Accounts as the simulated X shows them."""

import pytest

from tests.simulators.x.client import Client, ids
from tests.simulators.x.credentials import App
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World
from tests.support.clock import FakeClock


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    edges = [("2", "1"), ("3", "1"), ("1", "2"), ("9223372036854775807", "1")]
    return Simulator(World(edges, seed=1), clock=clock, apps=[App(owner="1")])


@pytest.fixture
def client(x: Simulator) -> Client:
    return Client(x)


def test_data_and_errors_come_together(x: Simulator, client: Client) -> None:
    x.do("suspend", "2")
    x.do("delete", "3")
    body = client.get("/2/users", ids="1,2,3,4").body
    assert [person["id"] for person in body["data"]] == ["1"]
    assert [error["detail"] for error in body["errors"]] == [
        "User has been suspended: [2].",
        "Could not find user with ids: [3].",
        "Could not find user with ids: [4].",
    ]
    assert {error["resource_type"] for error in body["errors"]} == {"user"}


def test_without_anybody_there_is_no_data(client: Client) -> None:
    assert list(client.get("/2/users", ids="4").body) == ["errors"]
    assert list(client.get("/2/users/4").body) == ["errors"]


def test_a_handle_finds_its_account_in_any_case(client: Client) -> None:
    for native_id in ("1", "9223372036854775807"):
        handle = client.get(f"/2/users/{native_id}").body["data"]["username"]
        assert 3 <= len(handle) <= 15
        found = client.get(f"/2/users/by/username/{handle.upper()}").body
        assert found["data"]["id"] == native_id


def test_a_renamed_account_is_found_by_the_new_handle_alone(x: Simulator, client: Client) -> None:
    old = client.get("/2/users/1").body["data"]["username"]
    x.do("rename", "1", "New_Name")
    assert client.get("/2/users/by/username/new_name").body["data"]["username"] == "New_Name"
    assert "errors" in client.get(f"/2/users/by/username/{old}").body


def test_several_handles_are_asked_at_once(client: Client) -> None:
    handles = [client.get(f"/2/users/{each}").body["data"]["username"] for each in ("1", "2")]
    answer = client.get("/2/users/by", usernames=",".join([*handles, "nobody_here"]))
    assert ids(answer) == ["1", "2"]
    detail = answer.body["errors"][0]["detail"]
    assert detail == "Could not find user with usernames: [nobody_here]."


def test_a_protected_account_is_shown_as_such(x: Simulator, client: Client) -> None:
    x.do("protect", "2")
    answer = client.get("/2/users", ids="2", user_fields="protected")
    assert answer.body["data"][0]["protected"] is True


def test_counts_are_those_of_the_lists_shown(x: Simulator, client: Client) -> None:
    x.do("suspend", "3")
    metrics = client.get("/2/users/1", user_fields="public_metrics").body["data"]["public_metrics"]
    assert (metrics["followers_count"], metrics["following_count"]) == (2, 1)


def test_the_caller_is_told_who_is_connected(x: Simulator) -> None:
    client = Client(x, x.tokens_for("1")["access_token"])
    people = client.get("/2/users", ids="2,3", user_fields="connection_status").body["data"]
    statuses = [person["connection_status"] for person in people]
    assert statuses == [["following", "followed_by"], ["followed_by"]]


def test_me_is_for_users_alone(x: Simulator, client: Client) -> None:
    assert client.get("/2/users/me").status == 403
    answer = Client(x, x.tokens_for("2")["access_token"]).get("/2/users/me")
    assert answer.body["data"]["id"] == "2"


@pytest.mark.parametrize("ids", ["", ",".join(map(str, range(101))), "1,two", "1" * 20])
def test_too_many_or_no_ids_are_an_invalid_request(client: Client, ids: str) -> None:
    assert client.get("/2/users", ids=ids).status == 400


def test_an_account_looks_the_same_in_every_run(clock: FakeClock) -> None:
    fields = "created_at,description,profile_image_url,protected,public_metrics,verified"
    looks = [
        Client(Simulator(World([("2", "1")], seed=seed), clock=clock))
        .get("/2/users/1", user_fields=fields)
        .body
        for seed in (5, 5, 6)
    ]
    assert looks[0] == looks[1] != looks[2]


def test_one_who_came_later_was_made_then(x: Simulator, client: Client, clock: FakeClock) -> None:
    x.do("follow", "77", "1")
    person = client.get("/2/users/77", user_fields="created_at").body["data"]
    assert person["created_at"] == clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_a_path_there_is_not_is_not_found(client: Client) -> None:
    assert client.get("/2/tweets/1").status == 404
    assert client.ask("POST", "/2/users/1/following").status == 404
