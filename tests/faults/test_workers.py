"""Workers that die, hang, are too old or are asked to stop."""

from collections.abc import Callable

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_processes import until, wait
from tests.support.harness_senders import comment, post
from tests.support.harness_watch import DELIVERIES, Watch, comments, send_all
from tests.support.harness_workers import LATELY_S, POISON

pytestmark = pytest.mark.faults

Install = Callable[..., Installation]
THREADS = 4
"""Of a worker, by default."""
SLOWLY_WORKED = 300
"""Comments that keep a slow worker busy for seconds: it must be in the middle when it is stopped."""


def test_what_a_worker_died_over_is_begun_again_and_done_once(
    install: Install, redis: RedisServer
) -> None:
    home, watch = _front(install, redis)
    stuck = home.start("stuck-worker")
    messages = comments(20)
    send_all(home.port, messages)
    until(
        lambda: len(watch.rows(f"{DELIVERIES} WHERE attempts = 1")) == THREADS,
        within=60,
        what="one begun by each thread",
    )
    stuck.kill()
    home.start("worker")
    watch.drained()
    findings = watch.findings(messages)
    assert findings.clean
    assert findings.begun == {1: 20 - THREADS, 2: THREADS}


def test_a_worker_that_hangs_is_overtaken_when_its_lease_runs_out(
    install: Install, redis: RedisServer
) -> None:
    home, watch = _front(install, redis)
    home.start("stuck-worker")
    messages = comments(20)
    send_all(home.port, messages)
    until(lambda: watch.rows(f"{DELIVERIES} WHERE attempts = 1"), within=60, what="begun")
    home.start("worker")
    watch.drained()
    assert watch.findings(messages).clean


def test_a_worker_that_is_later_than_its_lease_changes_nothing(
    install: Install, redis: RedisServer
) -> None:
    home, watch = _front(install, redis, AFTERWORD_LEASE="1")
    late = home.start("late-worker")
    messages = comments(20)
    send_all(home.port, messages)
    until(lambda: watch.rows(f"{DELIVERIES} WHERE attempts = 1"), within=60, what="begun")
    home.start("worker")
    watch.drained()
    wait(LATELY_S)  # now it comes with what it had begun, and must find that it is too late
    assert late.alive
    assert watch.findings(messages).clean


def test_a_message_that_kills_its_worker_is_dead_in_the_end_and_nothing_else_is(
    install: Install, redis: RedisServer
) -> None:
    home, watch = _front(install, redis, AFTERWORD_LEASE="1")
    poison = comment("poison", text=f"{POISON} for whoever reads it")
    send_all(home.port, [*comments(10), poison, *comments(10, first=10)])
    deaths = _restarted_until_buried(home, watch)
    watch.drained()
    ((event_id, _, attempts, _, error),) = watch.rows(f"{DELIVERIES} WHERE state = 'dead'")
    ((dead_id,),) = watch.rows(f"SELECT external_id FROM event WHERE id = {event_id}")  # noqa: S608 - a number
    assert dead_id == poison.id
    assert "no worker answered" in error
    assert attempts == deaths == 8
    # Those worked beside it the first time come back apart from it, long before their last attempt.
    assert watch.rows("SELECT max(attempts) FROM delivery WHERE state = 'done'")[0][0] <= 5


def _restarted_until_buried(home: Installation, watch: Watch) -> int:
    """Start a new worker whenever one dies, with a trickle of comments; how many died."""
    worker, deaths = home.start("poisonable-worker", ready=False), 0
    for number in range(20, 800):
        if watch.rows(f"{DELIVERIES} WHERE state = 'dead'"):
            break
        assert post(home.port, comment(number)).status == 202
        if not worker.alive:
            deaths += 1
            worker = home.start("poisonable-worker", ready=False)
        wait(0.1)
    return deaths + (not worker.alive)  # it may have died of it since it was last looked at


def test_what_an_old_worker_does_not_know_stays_visible_until_a_new_one_does_it(
    install: Install, redis: RedisServer
) -> None:
    home, watch = _front(install, redis, AFTERWORD_LEASE="1")
    old = home.start("old-worker")
    messages = comments(10)
    send_all(home.port, messages)
    until(
        lambda: len(watch.rows(f"{DELIVERIES} WHERE attempts = 0 AND dispatches > 1")) == 10,
        within=60,
        what="sent out twice and never begun",
    )
    assert "unregistered task" in old.said()
    old.stop()
    home.start("worker")
    watch.drained()
    assert watch.findings(messages).clean


def test_a_worker_asked_to_stop_finishes_what_it_began_and_repeats_nothing(
    install: Install, redis: RedisServer
) -> None:
    home, watch = _front(install, redis, AFTERWORD_LEASE="5")
    messages = comments(SLOWLY_WORKED)
    send_all(home.port, messages)
    first = home.start("slow-worker")
    until(lambda: watch.rows(f"{DELIVERIES} WHERE state = 'done'"), within=60, what="in the middle")
    first.stop()
    assert watch.rows(f"{DELIVERIES} WHERE state = 'pending'"), "it was not in the middle"
    home.start("worker")
    watch.drained()
    findings = watch.findings(messages)
    assert findings.clean
    assert findings.begun == {1: SLOWLY_WORKED}


def _front(install: Install, redis: RedisServer, **settings: str) -> tuple[Installation, Watch]:
    home = install(redis.url, **settings)
    home.start("web")
    return home, Watch(home)
