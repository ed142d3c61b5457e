"""Senders that send again, all at once, or after an answer that never came."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_processes import until
from tests.support.harness_senders import Fleet, Message, comment, post
from tests.support.harness_watch import Watch, comments, send_all
from tests.support.proxy import Proxy

pytestmark = pytest.mark.faults

Install = Callable[..., Installation]
NO_REDIS = "redis+socket:///nowhere/none.sock?virtual_host=0"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None: SQLite in the home."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("own_postgres"))


def test_fifty_at_once_with_one_id_are_one_event(
    install: Install, database_url: str | None
) -> None:
    home = install(NO_REDIS, database_url)
    home.start("web")
    message, together = comment(1), threading.Barrier(50)

    def send(_: int) -> int:
        together.wait(60)
        return post(home.port, message).status

    with ThreadPoolExecutor(50) as senders:
        statuses = Counter(senders.map(send, range(50)))
    assert statuses == {202: 1, 200: 49}
    assert Watch(home).stored() == [message.id]


@pytest.mark.services
def test_the_same_id_on_two_web_processes_at_once_is_one_event(
    install: Install, own_postgres: str
) -> None:
    homes = [install(NO_REDIS, own_postgres) for _ in range(2)]
    for home in homes:
        home.start("web-alone")
    messages, ports = comments(40), [home.port for home in homes]
    with ThreadPoolExecutor(16) as senders:
        sent = [(port, message) for message in messages for port in ports * 2]
        statuses = Counter(senders.map(lambda each: post(*each).status, sent))
    assert statuses == {202: 40, 200: 120}
    assert sorted(Watch(homes[0]).stored()) == sorted(message.id for message in messages)


def test_another_body_under_a_known_id_is_409_and_overwrites_nothing(
    install: Install, database_url: str | None
) -> None:
    home = install(NO_REDIS, database_url)
    home.start("web")
    first = comment(1)
    assert post(home.port, first).status == 202
    assert post(home.port, Message(first.id, comment(2).body)).status == 409
    ((data,),) = Watch(home).rows("SELECT data FROM event WHERE source = 'blog'")
    assert '"c1"' in data


def test_a_web_process_killed_between_commit_and_answer_answers_the_next_try_as_a_repeat(
    install: Install, redis_server: Callable[[], RedisServer]
) -> None:
    home = install(redis_server().url)
    web = home.start("web")
    watch, messages = Watch(home), comments(20)
    with Proxy(home.port) as proxy:
        proxy.mute()
        fleet = Fleet(proxy.port, messages, within=30)
        fleet.start(senders=20)
        fleet.release(20)
        until(lambda: len(watch.stored()) == 20, within=60, what="committed")
        web.kill()
        proxy.reset()
        home.start("web")
        proxy.thaw()
        fleet.join()
    assert fleet.repeated == fleet.acknowledged == {message.id for message in messages}
    home.start("worker")
    watch.drained()
    assert watch.findings(messages).clean


def test_two_relays_and_two_workers_on_one_backlog_do_everything_once(
    install: Install, redis_server: Callable[[], RedisServer], database_url: str | None
) -> None:
    home = install(redis_server().url, database_url, AFTERWORD_LEASE="20")
    home.start("web-alone")
    messages = comments(300)
    send_all(home.port, messages)
    for process in ("relay", "relay", "worker", "worker"):
        home.start(process)
    watch = Watch(home)
    watch.drained()
    findings = watch.findings(messages)
    assert findings.clean
    assert findings.begun == {1: 300}
    assert findings.sent_out == {1: 300}
