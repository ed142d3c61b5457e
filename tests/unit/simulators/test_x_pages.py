"""Pages of followers and following as the simulated X gives them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.simulators.x.client import Client, ids
from tests.simulators.x.credentials import App
from tests.simulators.x.faults import Fault
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World
from tests.support.clock import FakeClock

FOLLOWERS = [str(number) for number in range(100, 130)]
NEWEST_FIRST = FOLLOWERS[::-1]


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    """7 is followed by 100 to 129, and follows 100."""
    edges = [*((follower, "7") for follower in FOLLOWERS), ("7", "100")]
    return Simulator(World(edges, seed=1), clock=clock, apps=[App(owner="7")])


@pytest.fixture
def client(x: Simulator) -> Client:
    return Client(x)


def test_a_list_is_read_newest_first_to_its_end(client: Client) -> None:
    assert client.whole("7", size=7) == NEWEST_FIRST
    assert client.whole("7", "following") == ["100"]


def test_a_hundred_come_where_no_number_is_asked_for(clock: FakeClock) -> None:
    x = Simulator(World([(str(at), "7") for at in range(100, 300)]), clock=clock)
    answer = Client(x).get("/2/users/7/followers")
    assert answer.body["meta"]["result_count"] == 100


def test_new_followers_do_not_shift_a_cursor(x: Simulator, client: Client) -> None:
    first = client.page("7", size=10)
    for newcomer in ("900", "901", "902"):
        assert x.do("follow", newcomer, "7")
    second = client.page("7", size=10, token=first.body["meta"]["next_token"])
    assert ids(first) + ids(second) == NEWEST_FIRST[:20]
    assert ids(client.page("7", size=4)) == ["902", "901", "900", "129"]


def test_a_member_that_leaves_takes_nobody_else_from_the_next_page(
    x: Simulator, client: Client
) -> None:
    first = client.page("7", size=10)
    assert x.do("unfollow", ids(first)[-1], "7")
    second = client.page("7", size=10, token=first.body["meta"]["next_token"])
    assert ids(second) == NEWEST_FIRST[10:20]


def test_one_who_follows_again_moves_to_the_head(x: Simulator, client: Client) -> None:
    x.do("unfollow", "105", "7")
    x.do("follow", "105", "7")
    assert client.whole("7") == ["105", *(each for each in NEWEST_FIRST if each != "105")]


def test_the_page_before_is_had_by_the_previous_token(client: Client) -> None:
    first = client.page("7", size=10)
    assert "previous_token" not in first.body["meta"]
    second = client.page("7", size=10, token=first.body["meta"]["next_token"])
    back = client.page("7", size=10, token=second.body["meta"]["previous_token"])
    assert ids(back) == ids(first)
    assert back.body["meta"]["next_token"] == first.body["meta"]["next_token"]


@pytest.mark.parametrize("kind", ["suspend", "delete"])
def test_the_hidden_make_pages_short_that_are_not_last(
    x: Simulator, client: Client, kind: str
) -> None:
    for gone in NEWEST_FIRST[2:5]:
        x.do(kind, gone)
    page = client.page("7", size=10)
    assert page.body["meta"]["result_count"] == len(ids(page)) == 7
    assert "next_token" in page.body["meta"]
    assert client.whole("7", size=10) == [*NEWEST_FIRST[:2], *NEWEST_FIRST[5:]]


def test_a_purge_leaves_an_empty_page_that_is_not_last(x: Simulator, client: Client) -> None:
    for gone in NEWEST_FIRST[:10]:
        x.do("suspend", gone)
    page = client.page("7", size=10)
    assert "data" not in page.body
    assert page.body["meta"]["result_count"] == 0
    assert client.whole("7", size=10) == NEWEST_FIRST[10:]


def test_the_reinstated_are_where_they_were(x: Simulator, client: Client) -> None:
    x.do("suspend", "110")
    x.do("reinstate", "110")
    assert client.whole("7") == NEWEST_FIRST


def test_a_list_of_nobody_has_no_data(client: Client) -> None:
    assert client.page("100", "followers").body["meta"]["result_count"] == 1
    assert client.page("101", "followers").body == {"meta": {"result_count": 0}}


NOT_FOUND = "resource-not-found"
UNSEEN = {
    "protect": (
        "Authorization Error",
        "not-authorized-for-resource",
        "Sorry, you are not authorized to see the user with id: [7].",
    ),
    "suspend": ("Forbidden", NOT_FOUND, "User has been suspended: [7]."),
    "delete": ("Not Found Error", NOT_FOUND, "Could not find user with id: [7]."),
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_a_list_that_cannot_be_seen_is_a_200_with_errors(
    x: Simulator, client: Client, kind: str
) -> None:
    x.do(kind, "7")
    answer = client.page("7")
    error = answer.body["errors"][0]
    title, suffix, detail = UNSEEN[kind]
    assert (answer.status, list(answer.body)) == (200, ["errors"])
    assert (error["title"], error["detail"]) == (title, detail)
    assert error["type"].endswith("/2/problems/" + suffix)


def test_an_account_there_never_was_is_not_found(client: Client) -> None:
    assert client.page("4242").body["errors"][0]["title"] == "Not Found Error"


def test_friends_see_a_protected_list(x: Simulator, client: Client) -> None:
    x.do("protect", "7")
    friend = Client(x, x.tokens_for("100")["access_token"])
    stranger = Client(x, x.tokens_for("55")["access_token"])
    himself = Client(x, x.tokens_for("7")["access_token"])
    assert friend.whole("7") == himself.whole("7") == NEWEST_FIRST
    assert "errors" in stranger.page("7").body
    assert "errors" in client.page("7").body


def test_protected_members_are_shown(x: Simulator, client: Client) -> None:
    x.do("protect", "129")
    page = client.page("7", size=2, user_fields="protected")
    assert [person["protected"] for person in page.body["data"]] == [True, False]


@pytest.mark.parametrize(
    "query",
    [
        {"max_results": "0"},
        {"max_results": "1001"},
        {"max_results": "ten"},
        {"pagination_token": "5CS0O0C6II61EZZZ"},
        {"pagination_token": "x"},
        {"next_token": "5CS0O0C6II61EZZZ"},
        {"user_fields": "shoe_size"},
    ],
)
def test_a_wrong_parameter_is_an_invalid_request(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/2/users/7/followers", **query)
    assert answer.status == 400
    assert answer.body["type"].endswith("/invalid-request")
    assert answer.headers["x-rate-limit-remaining"] == "299"


def test_the_message_names_the_token_that_is_none(client: Client) -> None:
    message = client.page("7", token="nonsense").body["errors"][0]["message"]
    wanted = "The `pagination_token` query parameter value [nonsense] is not a valid token"
    assert message == wanted


def test_a_token_of_another_list_is_refused(x: Simulator, client: Client) -> None:
    x.do("follow", "7", "101")
    token = client.page("7", size=10).body["meta"]["next_token"]
    assert client.page("7", "following", token=token).status == 400
    assert client.page("100", token=token).status == 400


def test_tokens_expire_where_they_are_told_to(clock: FakeClock) -> None:
    world = World([(follower, "7") for follower in FOLLOWERS])
    client = Client(Simulator(world, clock=clock, token_ttl=60))
    token = client.page("7", size=10).body["meta"]["next_token"]
    clock.advance(seconds=59)
    assert client.page("7", size=10, token=token).status == 200
    clock.advance(seconds=1)
    assert client.page("7", size=10, token=token).status == 400


def test_neighbours_at_the_head_may_change_places(x: Simulator, client: Client) -> None:
    x.faults.add([Fault("reorder", value=6)])
    heads = {tuple(ids(client.page("7", size=10))) for _ in range(10)}
    assert len(heads) > 1
    assert {tuple(sorted(head)) for head in heads} == {tuple(sorted(NEWEST_FIRST[:10]))}
    assert {head[6:] for head in heads} == {tuple(NEWEST_FIRST[6:10])}


def test_late_edges_come_in_another_order_and_then_all(
    x: Simulator, client: Client, clock: FakeClock
) -> None:
    x.faults.add([Fault("lag", value=60)])
    newcomers = [str(number) for number in range(900, 920)]
    for newcomer in newcomers:
        x.do("follow", newcomer, "7")
    clock.advance(seconds=30)
    some = [each for each in ids(client.page("7")) if each in newcomers]
    assert 0 < len(some) < len(newcomers)
    clock.advance(seconds=30)
    assert client.whole("7") == [*newcomers[::-1], *NEWEST_FIRST]


def test_a_stuck_page_gives_its_own_token_again(x: Simulator, client: Client) -> None:
    token = client.page("7", size=10).body["meta"]["next_token"]
    x.faults.add([Fault("stuck", count=1)])
    page = client.page("7", size=10, token=token)
    assert page.body["meta"]["next_token"] == token
    assert client.page("7", size=10, token=token).body["meta"]["next_token"] != token


def test_counts_lag_where_they_are_told_to(x: Simulator, client: Client, clock: FakeClock) -> None:
    def count() -> int:
        answer = client.get("/2/users/7", user_fields="public_metrics")
        return int(answer.body["data"]["public_metrics"]["followers_count"])

    x.faults.add([Fault("count_lag", value=3600)])
    x.do("follow", "900", "7")
    x.do("suspend", "101")
    x.do("suspend", "102")
    assert count() == 30
    clock.advance(hours=2)
    assert count() == 29


def test_dates_are_those_of_the_simulated_clock(client: Client, clock: FakeClock) -> None:
    clock.now = datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC) + timedelta(seconds=1)
    assert client.page("7").headers["date"] == "Tue, 02 Jun 2026 00:00:00 GMT"
