"""A database that somebody else holds, or that may not be written: 503, never 2xx without a commit."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_database import held
from tests.support.harness_processes import wait
from tests.support.harness_senders import PATIENCE, comment, post
from tests.support.harness_watch import Watch, comments, refused_for_now, send_all

pytestmark = pytest.mark.faults

Install = Callable[..., Installation]
NO_REDIS = "redis+socket:///nowhere/none.sock?virtual_host=0"
BUSY_S = 2.0
"""How long a writer waits for another (pipeline.store.engines)."""


def test_a_database_somebody_else_holds_is_503_after_two_seconds_and_recovers(
    install: Install,
) -> None:
    home = install(NO_REDIS)
    home.start("web")
    with held(home):
        begun = time.monotonic()
        refused_for_now(post(home.port, comment(1)))
        waited = time.monotonic() - begun
    assert BUSY_S * 0.9 < waited < PATIENCE
    assert Watch(home).stored() == []
    assert post(home.port, comment(1)).status == 202


def test_a_lock_that_is_short_is_waited_for(install: Install) -> None:
    home = install(NO_REDIS)
    home.start("web")
    statuses: list[int] = []
    sender = threading.Thread(target=lambda: statuses.append(post(home.port, comment(1)).status))
    with held(home):
        sender.start()
        sender.join(0.5)
        assert sender.is_alive()
    sender.join()
    assert statuses == [202]


def test_work_goes_on_after_a_lock_that_outlasted_every_patience(
    install: Install, redis_server: Callable[[], RedisServer]
) -> None:
    home = install(redis_server().url, AFTERWORD_LEASE="1")
    home.start("web")
    messages = comments(60)
    send_all(home.port, messages)
    watch = Watch(home)
    home.start("slow-worker")
    with held(home):
        wait(BUSY_S + 1.5)
    watch.drained()
    assert watch.findings(messages).clean


def test_a_read_only_database_is_503_and_nothing_is_taken(install: Install) -> None:
    home = install(NO_REDIS, AFTERWORD_INSTANCE_KEY="k")
    with _read_only(home):
        web = home.start("web", bare=True)
        refused_for_now(post(home.port, comment(1)))
        web.kill()
    assert Watch(home).stored() == []
    home.start("web")
    assert post(home.port, comment(1)).status == 202


@contextmanager
def _read_only(home: Installation) -> Iterator[None]:
    folder = home.place.folder
    (folder / "afterword.db").chmod(0o444)
    folder.chmod(0o555)
    yield
    folder.chmod(0o755)
    (folder / "afterword.db").chmod(0o644)
