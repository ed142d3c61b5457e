"""Rate windows and money of the simulated X."""

from datetime import UTC, datetime

import pytest

from tests.simulators.x.client import Client
from tests.simulators.x.credentials import App
from tests.simulators.x.faults import Fault
from tests.simulators.x.money import Dedup
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World
from tests.support.clock import FakeClock

EDGES = [*((str(at), "7") for at in range(100, 110)), ("100", "8"), ("101", "8"), ("7", "8")]


def simulator(clock: FakeClock, app: App | None = None, **options: object) -> Simulator:
    apps = [app or App(owner="7")]
    return Simulator(World(EDGES), clock=clock, apps=apps, **options)  # type: ignore[arg-type]


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    return simulator(clock)


@pytest.fixture
def client(x: Simulator) -> Client:
    return Client(x)


def rate(client: Client, path: str = "/2/users/7/followers") -> tuple[int, int, int]:
    """(status, remaining, seconds to the reset) of one request."""
    answer = client.get(path)
    reset = int(answer.headers["x-rate-limit-reset"])
    return answer.status, int(answer.headers["x-rate-limit-remaining"]), reset


def spent(x: Simulator) -> int:
    return sum(sum(by_day.values()) for by_day in x.ledger.spent.values())


def test_a_window_begins_with_the_first_request_in_it(client: Client, clock: FakeClock) -> None:
    start = int(clock().timestamp())
    assert rate(client) == (200, 299, start + 900)
    clock.advance(seconds=899)
    assert rate(client) == (200, 298, start + 900)
    clock.advance(seconds=61)
    assert rate(client) == (200, 299, start + 960 + 900)


def test_a_used_window_says_429_until_its_reset(clock: FakeClock) -> None:
    client = Client(simulator(clock, limits={"followers": 2}))
    assert [rate(client)[:2] for _ in range(3)] == [(200, 1), (200, 0), (429, 0)]
    clock.advance(seconds=900)
    assert rate(client)[:2] == (200, 1)


def test_a_429_is_as_recorded(clock: FakeClock) -> None:
    client = Client(simulator(clock, limits={"followers": 0}))
    answer = client.page("7")
    assert answer.body == {
        "title": "Too Many Requests",
        "detail": "Too Many Requests",
        "type": "about:blank",
        "status": 429,
    }
    assert "retry-after" not in answer.headers


def test_each_endpoint_and_credential_has_a_window_of_its_own(x: Simulator) -> None:
    app, user = Client(x), Client(x, x.tokens_for("7")["access_token"])
    assert rate(app)[1] == rate(app, "/2/users/7/following")[1] == rate(user)[1] == 299
    assert rate(app, "/2/users/7")[1] == rate(app, "/2/users/by/username/x")[1] == 299
    assert rate(user, "/2/users/7")[1] == 899
    assert rate(user, "/2/users/me")[1] == 74
    again = Client(x, x.tokens_for("7")["access_token"])
    assert rate(again)[1] == 298


def test_refused_requests_use_a_window_too(x: Simulator, client: Client) -> None:
    x.set_credits("app", 0.0)
    assert rate(client)[:2] == (402, 299)
    assert rate(client)[:2] == (402, 298)


def test_another_client_may_use_the_same_window(clock: FakeClock) -> None:
    x = simulator(clock, limits={"followers": 6})
    x.faults.add([Fault("foreign", "followers", value=2)])
    assert [rate(Client(x))[:2] for _ in range(3)] == [(200, 3), (200, 0), (429, 0)]


def test_what_was_read_today_costs_nothing_again(
    x: Simulator, client: Client, clock: FakeClock
) -> None:
    client.page("7", size=4)
    assert spent(x) == 4 * 10_000
    client.page("7", size=6)
    assert spent(x) == 6 * 10_000
    clock.now = datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC)
    client.page("7", size=6)
    assert spent(x) == 6 * 10_000
    clock.advance(seconds=1)
    client.page("7", size=6)
    assert spent(x) == 12 * 10_000
    assert x.ledger.spent["app"] == {"2026-06-01": 60_000, "2026-06-02": 60_000}


@pytest.mark.parametrize(
    ("dedup", "resources"), [(Dedup.LIST, 13), (Dedup.USER, 11), (Dedup.OFF, 22)]
)
def test_what_is_the_same_resource_can_be_chosen(
    clock: FakeClock, dedup: Dedup, resources: int
) -> None:
    x = simulator(clock, dedup=dedup)
    client = Client(x)
    client.page("7")
    client.page("7", size=9)
    client.page("8")
    charged = x.report.total().charged
    assert (charged, spent(x)) == (resources, resources * 10_000)


def test_only_the_owner_reading_his_own_lists_pays_less(x: Simulator) -> None:
    owner = Client(x, x.tokens_for("7")["access_token"])
    owner.page("7")
    assert spent(x) == 10 * 1_000
    owner.page("7", "following")
    assert spent(x) == 11 * 1_000
    owner.page("8")
    assert spent(x) == 11 * 1_000 + 3 * 10_000


def test_others_and_the_app_itself_pay_in_full(x: Simulator) -> None:
    Client(x).page("7")
    assert spent(x) == 10 * 10_000
    Client(x, x.tokens_for("8")["access_token"]).page("8")
    assert spent(x) == 13 * 10_000


def test_accounts_looked_up_are_paid_for_and_those_missing_are_not(
    x: Simulator, client: Client
) -> None:
    client.get("/2/users", ids="7,8,4242")
    assert spent(x) == 2 * 10_000


def test_pages_are_paid_for_what_they_show(x: Simulator, client: Client) -> None:
    x.do("suspend", "109")
    client.page("7")
    assert spent(x) == 9 * 10_000


def test_credit_may_end_a_little_below_nothing_and_then_all_is_402(clock: FakeClock) -> None:
    x = simulator(clock, App(credits=0.05))
    client = Client(x)
    assert client.page("7").status == 200
    assert x.ledger.credits["app"] == -50_000
    answer = client.page("7")
    assert answer.status == 402
    assert answer.body["title"] == "CreditsDepleted"
    assert answer.body["type"] == "https://api.twitter.com/2/problems/credits"
    x.set_credits("app", 1.0)
    assert client.page("7").status == 200


def test_an_app_that_is_not_enrolled_reads_no_lists(clock: FakeClock) -> None:
    client = Client(simulator(clock, App(enrolled=False)))
    answer = client.page("7")
    assert (answer.status, answer.body["reason"]) == (403, "client-not-enrolled")
    assert client.get("/2/users/7").status == 200


def test_the_report_says_what_was_asked_paid_and_refused(x: Simulator, client: Client) -> None:
    client.page("7")
    client.page("7")
    client.page("7", token="nonsense")
    x.faults.add([Fault("rate_limited_bare", count=1), Fault("no_credits", count=1, after=1)])
    client.page("7")
    client.page("7")
    report = x.summary()
    assert report["lines"] == [
        {
            "credential": "app:app",
            "endpoint": "followers",
            "asked": 5,
            "statuses": {"200": 2, "400": 1, "402": 1, "429": 1},
            "pages": 2,
            "returned": 20,
            "charged": 10,
            "reread_free": 10,
            "dollars": 0.1,
            "refused": {"402": 1, "429": 1},
        }
    ]
    assert report["total"]["dollars"] == 0.1
    assert report["dollars_by_day"] == {"app": {"2026-06-01": 0.1}}
    assert report["faults"] == {"no_credits": 1, "rate_limited_bare": 1}
