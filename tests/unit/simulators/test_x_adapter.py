"""The simulated X under `requests`, as its clients meet it."""

import pytest
import requests

from tests.simulators.x.adapter import InProcess
from tests.simulators.x.faults import Fault
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World
from tests.support.clock import FakeClock

BASE = "https://api.x.com"


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    return Simulator(World([("2", "1"), ("3", "1")]), clock=clock)


@pytest.fixture
def session(x: Simulator) -> requests.Session:
    session = requests.Session()
    session.mount(BASE, InProcess(x))
    session.headers["authorization"] = "Bearer simulated-bearer"
    return session


def test_a_page_is_had(session: requests.Session) -> None:
    answer = session.get(f"{BASE}/2/users/1/followers", params={"max_results": 1})
    assert answer.ok
    assert answer.json()["data"][0]["id"] == "3"
    assert answer.headers["X-Rate-Limit-Remaining"] == "299"


def test_a_body_is_sent(session: requests.Session) -> None:
    subscription = {"event_type": "follow.follow", "filter": {"user_id": "1"}}
    answer = session.post(f"{BASE}/2/activity/subscriptions", json=subscription)
    assert answer.json()["data"]["subscription"]["filter"] == {"user_id": "1"}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", requests.ConnectionError),
        ("cut", requests.ConnectionError),
        ("hang", requests.ReadTimeout),
    ],
)
def test_what_breaks_raises_as_a_real_wire_does(
    x: Simulator, session: requests.Session, kind: str, error: type[Exception]
) -> None:
    x.faults.add([Fault(kind, count=1)])
    with pytest.raises(error):
        session.get(f"{BASE}/2/users/1")


def test_an_html_page_is_no_json(x: Simulator, session: requests.Session) -> None:
    x.faults.add([Fault("html")])
    answer = session.get(f"{BASE}/2/users/1")
    assert (answer.status_code, answer.reason) == (503, "Service Unavailable")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
