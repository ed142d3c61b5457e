"""Workers killed, Redis gone, another program at the window, ten thousand jobs waiting."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from pipeline.domain.graph.kinds import JobState
from pipeline.store.graph import accounts
from pipeline.store.graph.jobs import Line
from pipeline.store.graph_tables import sync_job
from pipeline.store.network_tables import rate_window
from tests.services.redis import RedisServer
from tests.support.graph import job as a_job
from tests.support.harness import Installation
from tests.support.harness_graph import BEARER, Reader, X, seconds_to_midnight
from tests.support.harness_processes import Running, until, wait
from tests.support.harness_watch import Broker

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

OWNER = "1"
PAGES = 10
MEMBERS = [str(1000 + n) for n in range(PAGES * 1000 - 400)]
EDGES = [(member, OWNER) for member in MEMBERS]
LATENCY_S = 0.06
MOMENTS_S = (0.0, 0.02, LATENCY_S, 0.075, 0.09, 0.12, 0.2)
"""After a request came in: while X thinks, as it answers, while the page is settled, after it."""
SLOTS = 8
LINE = Line("x", "followers")
GRAPH_QUEUE = "afterword:graph"

Start = Callable[..., Reader]


@pytest.fixture
def redis(redis_server: Callable[[], RedisServer]) -> RedisServer:
    return redis_server()


@pytest.fixture
def start(
    install: Callable[..., Installation], redis: RedisServer, tmp_path: Path
) -> Iterator[Start]:
    """A function that starts a simulated X and settles an installation beside it."""
    with ExitStack() as stack:

        def make(
            edges: Sequence[tuple[str, str]], *options: str, lease: str = "3", workers: str = "4"
        ) -> Reader:
            x = X(tmp_path, edges, *options)
            stack.callback(x.close)
            home = install(
                redis.url,
                AFTERWORD_X_API_URL=x.url,
                AFTERWORD_X_BEARER_TOKEN=BEARER,
                AFTERWORD_LEASE=lease,
                AFTERWORD_WORKER_CONCURRENCY=workers,
            )
            reader = Reader(home, x)
            stack.callback(reader.close)
            return reader

        yield make


def test_a_sweep_survives_its_worker_being_killed_at_every_step(start: Start) -> None:
    if seconds_to_midnight() < 180:
        pytest.skip("would straddle midnight UTC, when everything is paid for again")
    reader, dice = start(EDGES), random.Random(5)  # noqa: S311 - repeatable
    reader.x.post("/_sim/faults", {"kind": "latency", "value": LATENCY_S})
    (row,) = reader.keep([OWNER])
    (job,) = reader.sync([row])
    reader.home.start("web")
    # A killed call holds its place in the window until its lease ends; where no call of the window was
    # answered yet, that is a minute's wait for everybody, and nothing that this test is about.
    worker = reader.home.start("worker")
    until(lambda: reader.job(job).page_no >= 1, within=30, what="a first page", every=0.005)
    worker.kill()
    kills = 1
    for moment in dice.sample(MOMENTS_S, len(MOMENTS_S)):
        worker = reader.home.start("worker")
        if not _killed_after(reader, worker, moment, job.id):
            break
        kills += 1
    reader.home.start("worker")
    until(lambda: reader.job(job).state != JobState.OPEN, within=60, what="the sweep", every=0.1)
    done, total = reader.job(job), reader.x.total()
    assert kills >= 5
    assert done.state == JobState.DONE, done.reason
    assert reader.known(row) == reader.x.truth(OWNER) == set(MEMBERS)
    assert total["charged"] == len(MEMBERS)
    assert total["pages"] <= PAGES + 1 + kills
    assert done.page_no == done.version == PAGES + 1
    assert reader.spent() == len(MEMBERS) * 10_000


def _killed_after(reader: Reader, worker: Running, moment: float, job_id: int) -> bool:
    """Kill the worker so long after its next request; False where the job ended before."""
    before = reader.x.asked()

    def asked_or_done() -> bool:
        with reader.database.read() as db:
            state = db.exec_driver_sql(
                f"SELECT state FROM sync_job WHERE id = {job_id:d}"  # noqa: S608 - a number of ours
            ).scalar_one()
        return reader.x.asked() > before or state != JobState.OPEN

    until(asked_or_done, within=30, what="a request of the worker", every=0.005)
    wait(moment)
    worker.kill()
    with reader.database.read() as db:
        rows = db.execute(sync_job.select().where(sync_job.c.id == job_id)).one()
    return str(rows.state) == JobState.OPEN


def test_redis_killed_in_the_middle_costs_nothing(start: Start, redis: RedisServer) -> None:
    reader = start(EDGES)
    reader.x.post("/_sim/faults", {"kind": "latency", "value": LATENCY_S})
    (row,) = reader.keep([OWNER])
    (job,) = reader.sync([row])
    for process in ("web", "worker"):
        reader.home.start(process)
    until(lambda: reader.job(job).page_no >= 3, within=30, what="three pages")
    redis.kill()
    wait(0.5)
    redis.restart()
    until(lambda: reader.job(job).state != JobState.OPEN, within=90, what="the sweep", every=0.1)
    assert reader.job(job).state == JobState.DONE
    assert reader.known(row) == set(MEMBERS)
    assert reader.x.total()["charged"] == len(MEMBERS)


OWNERS = [str(n) for n in range(1, 31)]
FEW = [(str(5000 + 3 * int(owner) + n), owner) for owner in OWNERS for n in range(3)]
WINDOW = ("--window", "6", "--limit", "followers=20")


def test_eight_workers_alone_are_never_refused(start: Start) -> None:
    # Nobody dies here, so no busy machine may run out a lease: each list is one call.
    reader = start(FEW, *WINDOW, workers="8", lease="60")
    _read_all(reader)
    assert set(reader.x.total()["statuses"]) == {"200"}
    lines = reader.x.get("/_sim/report")["lines"]  # profiles are counted, too, by another endpoint
    assert sum(each["asked"] for each in lines if each["endpoint"] == "followers") == len(OWNERS)


def test_beside_another_program_they_are_refused_once_a_window_at_most(start: Start) -> None:
    reader = start(FEW, *WINDOW, workers="8", lease="5")
    over, theirs = threading.Event(), [0]

    def another() -> None:
        dice = random.Random(3)  # noqa: S311 - repeatable
        while not over.wait(dice.uniform(0.3, 1.2)):
            theirs[0] += reader.x.read("1") == 429

    program = threading.Thread(target=another)
    program.start()
    began = reader.x.get("/_sim/clock")["epoch"]
    try:
        _read_all(reader)
    finally:
        over.set()
        program.join()
    windows = (reader.x.get("/_sim/clock")["epoch"] - began) / 6 + 1
    ours = reader.x.total()["refused"].get("429", 0) - theirs[0]
    assert 0 <= ours <= windows


def _read_all(reader: Reader) -> None:
    rows = reader.keep(OWNERS)
    reader.sync(rows)
    for process in ("web", "worker"):
        reader.home.start(process)
    until(lambda: reader.open_jobs() == 0, within=120, what="all lists", every=0.2)
    for row, owner in zip(rows, OWNERS, strict=True):
        assert reader.known(row) == reader.x.truth(owner)


def test_ten_thousand_parked_jobs_lie_in_the_database_alone(
    start: Start, redis: RedisServer
) -> None:
    reader = start(FEW, lease="5")
    rows = reader.keep(OWNERS)
    reader.sync(rows)
    for process in ("web", "worker"):
        worker = reader.home.start(process)
    until(lambda: reader.open_jobs() == 0, within=60, what="a first reading of all")
    before = _resident_kib(worker)
    broker = Broker(redis.url)
    _park(reader, 10_000)
    deepest = _deepest(broker, seconds=10)
    assert reader.open_jobs() == 10_000
    assert _resident_kib(worker) - before < 5 * 1024
    with reader.database.write() as db:  # the window is full again: they come, not all at once
        db.execute(update(rate_window).values(remaining=300, reset_at=None))
        db.execute(update(sync_job).values(not_before=reader.container.clock()))
        reader.graph.planner.hand_out(db, LINE)
    deepest = max(deepest, _deepest(broker, seconds=5))
    broker.close()
    assert 5000 < reader.open_jobs() < 10_000
    assert deepest <= SLOTS


def _park(reader: Reader, count: int) -> None:
    """Jobs for accounts that are not there; they come due in turn, and find the window used up."""
    now = reader.container.clock()
    with reader.database.write() as db:
        owners = accounts.ordinals(db, "x", [str(900_000 + n) for n in range(count)])
        rows = [
            a_job(
                owner,
                id=owner,
                credential="x",
                not_before=now + timedelta(seconds=1 + owner % 8),
                created_at=now,
            )._asdict()
            for owner in owners.values()
        ]
        closed = {"remaining": 0, "reset_at": now + timedelta(minutes=10)}
        db.execute(update(rate_window).values(closed))
        db.execute(insert(sync_job), rows)
        reader.graph.planner.hand_out(db, LINE)


def _deepest(broker: Broker, *, seconds: float) -> int:
    """The most that lay in the broker's line during that time."""
    deepest = 0
    for _ in range(int(seconds / 0.1)):
        deepest = max(deepest, int(broker.client.llen(GRAPH_QUEUE)))  # type: ignore[arg-type] # sync
        wait(0.1)
    return deepest


def _resident_kib(process: Running) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    (line,) = [each for each in status.splitlines() if each.startswith("VmRSS:")]
    return int(line.split()[1])
