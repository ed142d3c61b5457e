"""What goes wrong with the simulated X, and when."""

import pytest

from tests.simulators.x.client import Client
from tests.simulators.x.faults import KINDS, PROFILES, Fault, Faults
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World
from tests.support.clock import FakeClock


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    return Simulator(World([(str(at), "7") for at in range(100, 110)]), clock=clock)


@pytest.fixture
def client(x: Simulator) -> Client:
    return Client(x)


def statuses(x: Simulator, number: int) -> list[tuple[int, str]]:
    client = Client(x)
    return [(answer.status, answer.cut) for answer in (client.page("7") for _ in range(number))]


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"none"}))
def test_the_same_seed_meets_the_same_faults(profile: str) -> None:
    runs = [Faults(profile, seed=seed) for seed in (1, 1, 2)]
    drawn = [[faults.draw("followers") for _ in range(300)] for faults in runs]
    assert drawn[0] == drawn[1]
    assert any(drawn[0])
    if profile != "limits":
        assert drawn[0] != drawn[2]


def test_a_fault_has_its_endpoint_its_number_and_its_time(x: Simulator) -> None:
    x.faults.add([Fault("html", "followers", count=2, after=1), Fault("html", "users")])
    assert [status for status, _ in statuses(x, 5)] == [200, 503, 503, 200, 200]


def test_a_kind_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault: meteor"):
        Fault("meteor")


def test_every_profile_is_made_of_kinds_there_are() -> None:
    assert {fault.kind for faults in PROFILES.values() for fault in faults} <= set(KINDS)


@pytest.mark.parametrize(
    ("kind", "status", "cut", "charged"),
    [
        ("html", 503, "", 0),
        ("error", 500, "", 0),
        ("reset", 0, "reset", 0),
        ("lost", 200, "reset", 10),
        ("hang", 200, "hang", 10),
        ("cut", 200, "half", 10),
        ("garbage", 200, "", 10),
        ("unauthorized", 401, "", 0),
        ("no_credits", 402, "", 0),
        ("not_enrolled", 403, "", 0),
        ("subset", 403, "", 0),
        ("rate_limited", 429, "", 0),
        ("rate_limited_bare", 429, "", 0),
        ("rate_limited_codes", 429, "", 0),
        ("hidden_limit", 429, "", 0),
        ("usage_capped", 429, "", 0),
    ],
)
def test_a_fault_has_its_status_and_is_charged_if_applied(
    x: Simulator, kind: str, status: int, cut: str, charged: int
) -> None:
    x.faults.add([Fault(kind, count=1)])
    assert statuses(x, 2) == [(status, cut), (429 if kind == "rate_limited" else 200, "")]
    line = x.report.lines["app:app", "followers"] if charged else x.report.total()
    assert line.statuses[f"{status or 'reset'}{'-lost' if cut and status else ''}"] >= 1
    first = x.ledger.spent["app"].total()
    assert first == (0 if kind == "rate_limited" else 100_000)
    assert x.report.total().reread == (10 if charged else 0)


def test_429_comes_with_headers_without_and_with_room_left(x: Simulator, client: Client) -> None:
    x.faults.add([Fault("rate_limited_bare", count=1), Fault("hidden_limit", count=1, after=1)])
    assert "x-rate-limit-reset" not in client.page("7").headers
    assert client.page("7").headers["x-rate-limit-remaining"] == "298"
    x.faults.add([Fault("rate_limited", count=1)])
    assert client.page("7").headers["x-rate-limit-remaining"] == "0"
    assert client.page("7").status == 429


def test_bodies_of_the_refused_are_as_reported(x: Simulator, client: Client) -> None:
    kinds = ["usage_capped", "rate_limited_codes", "subset"]
    x.faults.add([Fault(kind, count=1, after=at) for at, kind in enumerate(kinds)])
    capped, codes, subset = (client.page("7").body for _ in kinds)
    assert capped["type"].endswith("/usage-capped")
    assert codes["errors"][0]["code"] == 88
    assert subset["errors"][0]["code"] == 453


def test_an_error_page_is_html_and_uses_no_request(x: Simulator, client: Client) -> None:
    x.faults.add([Fault("html", count=1, value=502)])
    answer = client.page("7")
    assert (answer.status, answer.media[:9]) == (502, "text/html")
    assert answer.encoded().startswith(b"<html>")
    assert "x-rate-limit-remaining" not in answer.headers
    assert client.page("7").headers["x-rate-limit-remaining"] == "299"


def test_latency_delays_any_answer(x: Simulator, client: Client) -> None:
    x.faults.add([Fault("latency", value=0.7)])
    assert client.page("7").delay == pytest.approx(0.7)
    assert client.page("4242").delay == pytest.approx(0.7)


def test_only_tokens_expire_and_first_pages_do_not(x: Simulator, client: Client) -> None:
    x.faults.add([Fault("token_expired", count=1)])
    token = client.page("7", size=4).body["meta"]["next_token"]
    assert client.page("7", size=4, token=token).status == 400
    assert client.page("7", size=4, token=token).status == 200


def test_cleared_faults_are_gone(x: Simulator, client: Client) -> None:
    x.faults.add([Fault("html")])
    x.faults.clear()
    assert client.page("7").status == 200
    assert x.faults.listed() == []
