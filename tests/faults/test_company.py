"""The processes beside the work: beat twice, Flower gone, the whole set twice."""

from collections.abc import Callable

import pytest

from pipeline.ingest.upkeep import SCHEDULE
from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_processes import Running, until, wait
from tests.support.harness_senders import comment, post
from tests.support.harness_watch import QUEUE, Broker, Watch, comments, send_all

pytestmark = pytest.mark.faults

Install = Callable[..., Installation]
ALL = 10_000_000
"""Characters: everything it said, however much has come since."""
TICKS = (
    "SELECT event.external_id, delivery.state, delivery.attempts"
    " FROM event JOIN delivery ON delivery.event_id = event.id WHERE event.source = 'beat'"
)


def test_two_beats_at_once_and_a_third_later_take_each_slot_once(
    install: Install, redis: RedisServer
) -> None:
    home = install(redis.url, AFTERWORD_LEASE="60")
    for process in ("web", "worker", "beat", "beat", "beat"):
        home.start(process)
    watch = Watch(home)
    found: list[tuple[str, str, int]] = []

    def worked() -> bool:
        # Seen at one time: the next slots may begin at any moment.
        found[:] = [(name, state, attempts) for name, state, attempts in watch.rows(TICKS)]
        return all(state != "pending" for _, state, _ in found)

    until(worked, within=60, what="ticks worked")
    ticks = [name for name, _, _ in found]
    assert len(ticks) == len(set(ticks))
    assert {name.split(":")[0] for name in ticks} == {job.name for job in SCHEDULE}
    assert {(state, attempts) for _, state, attempts in found} == {("done", 1)}


def test_flower_killed_or_never_started_changes_nothing(
    install: Install, redis: RedisServer
) -> None:
    home = install(redis.url)
    home.start("web")
    home.start("worker")
    flower = home.start("flower")
    send_all(home.port, comments(20))
    flower.kill()
    send_all(home.port, comments(20, first=20))
    watch = Watch(home)
    watch.drained()
    assert watch.findings(comments(40)).clean


def test_a_second_set_on_the_same_state_is_refused_and_the_first_goes_on(install: Install) -> None:
    home = install(None)
    _set(home)
    second = home.start("up", ready=False)
    second.wait_gone()
    assert "runs already" in second.said(ALL)
    messages = [comment(0), *comments(10, first=1)]
    send_all(home.port, messages[1:])
    watch = Watch(home)
    watch.drained()
    assert len(watch.stored()) == 11


def test_the_whole_set_killed_and_started_again_finishes_what_it_had_taken(
    install: Install,
) -> None:
    home = install(None)
    first = _set(home)
    messages = comments(150, first=1)
    send_all(home.port, messages)
    first.kill()
    # What it leaves behind stops by itself; until then a second set says that it is in the way.
    until(lambda: _starts(home, first), within=60, what="the set again", every=0.5)
    watch = Watch(home)
    watch.drained(within=60)
    findings = watch.findings([comment(0), *messages])
    assert findings.clean, findings.table()


def test_a_worker_that_a_broken_message_ended_is_started_again(
    install: Install, redis: RedisServer
) -> None:
    home = install(redis.url)
    up, broker, watch = _set(home), Broker(redis.url), Watch(home)
    broker.client.rpush(QUEUE, "this is no JSON")
    until(lambda: "worker ended with" in up.said(ALL), within=60, what="the worker's end")
    send_all(home.port, comments(50, first=1))
    watch.drained()
    broker.close()
    assert watch.findings(comments(51)).clean


def test_a_full_redis_costs_time_and_no_event(install: Install, redis: RedisServer) -> None:
    home = install(redis.url)
    up, broker, watch = _set(home), Broker(redis.url), Watch(home)
    broker.configure(maxmemory=1)
    send_all(home.port, comments(60, first=1))
    until(lambda: "broker_down" in up.said(ALL), within=60, what="the relay says so")
    assert "relay_failed" not in up.said(ALL)
    wait(3.0)  # longer than a lease: what was taken from the line by a worker is due again
    broker.configure(maxmemory=0)
    watch.drained(within=60)
    broker.close()
    assert watch.findings(comments(61)).clean


def _set(home: Installation) -> Running:
    up = home.start("up", ready=False)
    until(lambda: _answers(home), within=60, what="the set")
    until(lambda: "worker is ready" in up.said(ALL), within=60, what="its worker")
    return up


def _starts(home: Installation, before: Running) -> bool:
    """Whether the set starts; its lines come after those of the one `before`."""
    ready = before.said(ALL).count("is ready")
    started = home.start("up", ready=False)
    until(
        lambda: not started.alive or started.said(ALL).count("is ready") > ready,
        within=60,
        what="a start or a refusal",
    )
    return started.alive


def _answers(home: Installation) -> bool:
    """Whether the web process takes a comment."""
    try:
        return post(home.port, comment(0), within=2).status in {200, 202}
    except OSError:
        return False
