"""Workers killed, Redis gone, another program at the window, ten thousand jobs waiting."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.redis import RedisServer
from tests.support.harness_graph import Reader, seconds_to_midnight
from tests.support.harness_parking import (
    FEW,
    OWNERS,
    SLOTS,
    deepest,
    deepest_until,
    open_window,
    park,
)
from tests.support.harness_processes import Running, until, wait
from tests.support.harness_sweep import EDGES, Sweep
from tests.support.harness_watch import Broker

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

Start = Callable[..., Reader]


def test_a_sweep_survives_its_worker_being_killed_at_every_step(start: Start) -> None:
    if seconds_to_midnight() < 180:
        pytest.skip("would straddle midnight UTC, when everything is paid for again")
    reader = start(EDGES)
    sweep = Sweep(reader)
    reader.home.start("web")
    worker = reader.home.start("worker")
    sweep.begun()
    for _ in sweep.moments(seed=5):
        worker.kill()
        worker = reader.home.start("worker")
    assert sweep.strikes >= 5
    sweep.ended()


def test_redis_killed_in_the_middle_costs_nothing(start: Start, redis: RedisServer) -> None:
    reader = start(EDGES)
    sweep = Sweep(reader)
    for process in ("web", "worker"):
        reader.home.start(process)
    until(lambda: reader.job(sweep.job).page_no >= 3, within=60, what="three pages")
    redis.kill()
    wait(0.5)
    redis.restart()
    sweep.ended(within=90)


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
    park(reader, 10_000)
    most = deepest(broker, seconds=10)
    assert reader.open_jobs() == 10_000
    assert _resident_kib(worker) - before < 5 * 1024
    open_window(reader)
    most = max(most, deepest_until(broker, lambda: reader.open_jobs() < 10_000 - SLOTS))
    broker.close()
    assert reader.open_jobs() > 5000
    assert most <= SLOTS


def _resident_kib(process: Running) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    (line,) = [each for each in status.splitlines() if each.startswith("VmRSS:")]
    return int(line.split()[1])
