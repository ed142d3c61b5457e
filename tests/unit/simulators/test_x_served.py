"""The simulated X on a real port: in a thread, and as the command that owners start."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.simulators.x.clock import SimClock
from tests.simulators.x.faults import Fault
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.world import World
from tests.support.harness_processes import until

pytestmark = pytest.mark.services

HEADERS = {"authorization": "Bearer simulated-bearer"}
ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "tests.simulators.x", "--port", "0", "--clock", "manual"]


@pytest.fixture
def served() -> Iterator[SimulatedX]:
    world = World((str(at), "7") for at in range(100, 200))
    with SimulatedX(world, clock=SimClock(rate=0)) as x:
        yield x


def test_a_list_is_read_over_http(served: SimulatedX) -> None:
    with httpx.Client(base_url=served.url, headers=HEADERS) as client:
        answer = client.get("/2/users/7/followers", params={"max_results": 1000})
        ids = [person["id"] for person in answer.json()["data"]]
    assert ids == served.world.members("7", "followers")
    assert answer.headers["date"] == "Mon, 01 Jun 2026 00:00:00 GMT"
    assert "server" not in answer.headers


@pytest.mark.parametrize("kind", ["reset", "lost", "cut"])
def test_connections_break(served: SimulatedX, kind: str) -> None:
    served.simulator.faults.add([Fault(kind, count=1)])
    with httpx.Client(base_url=served.url, headers=HEADERS) as client:
        with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
            client.get("/2/users/7/followers")
        assert client.get("/2/users/7/followers").status_code == 200
    charged = served.simulator.report.total()
    assert (charged.charged, charged.reread) == (100, 0 if kind == "reset" else 100)


def test_a_silence_ends_with_the_servers_end(served: SimulatedX) -> None:
    served.simulator.faults.add([Fault("hang", value=600)])
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{served.url}/2/users/7", headers=HEADERS, timeout=0.2)
    until(lambda: served.simulator.report.total().charged == 1, within=30, what="the charge")


def test_events_come_as_they_happen(served: SimulatedX) -> None:
    with httpx.Client(base_url=served.url, headers=HEADERS) as client:
        subscription = {"event_type": "follow.follow", "filter": {"user_id": "7"}}
        client.post("/2/activity/subscriptions", json=subscription)
        with client.stream("GET", "/2/activity/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines) == ""
            served.simulator.do("follow", "5", "7")
            assert json.loads(next(lines))["data"]["payload"]["source"]["id"] == "5"


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    path = tmp_path / "edges.txt"
    path.write_text("# a small world\n" + "".join(f"{at} 7\n" for at in range(100, 150)))
    return path


def start(*more: str | Path) -> subprocess.Popen[str]:
    argv = [*COMMAND, *map(str, more)]
    return subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command


def end(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """Ends it by a signal; what it had still to say."""
    process.send_signal(number)
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return told


def run(*more: str) -> subprocess.CompletedProcess[str]:
    argv = [*COMMAND, *more]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, check=False, text=True)  # noqa: S603 - our own command


def test_the_command_serves_and_reports_at_its_end(edges: Path) -> None:
    with start("--edges", edges, "--json") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        with httpx.Client(base_url=first.split()[3].rstrip(":"), headers=HEADERS) as client:
            assert client.get("/2/users/7/followers").json()["meta"]["result_count"] == 50
            client.post("/_sim/advance", json={"days": 1})
            assert client.get("/2/users/7/followers").status_code == 200
        report = json.loads(end(process, signal.SIGTERM))
    assert "50 edges" in first
    assert report["dollars_by_day"] == {"app": {"2026-06-01": 0.5, "2026-06-02": 0.5}}
    assert report["total"]["statuses"] == {"200": 2}


def test_a_report_is_a_table_for_people(edges: Path) -> None:
    with start("--edges", edges) as process:
        assert process.stdout is not None
        process.stdout.readline()
        told = end(process, signal.SIGINT)
    head = "credential endpoint asked pages returned charged re-read dollars"
    assert told.splitlines()[0].split() == head.split()


@pytest.mark.parametrize(
    "wrong", [["--edges", "/no/such/file"], ["--made-up", "9", "--clock", "slow"], []]
)
def test_wrong_usage_is_said(wrong: list[str]) -> None:
    done = run(*wrong)
    assert done.returncode == 2
    assert done.stderr


def test_the_help_is_the_owners_manual() -> None:
    assert "POST /_sim/advance" in run("--help").stdout
