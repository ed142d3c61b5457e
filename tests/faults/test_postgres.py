"""PostgreSQL restarted in the middle, read-only after a failover, or held by somebody else."""

from collections.abc import Callable

import psycopg
import pytest

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_postgres import PostgresServer
from tests.support.harness_processes import until, wait
from tests.support.harness_senders import Fleet, Message, comment, post
from tests.support.harness_watch import Watch, comments, refused_for_now, send_all

pytestmark = [pytest.mark.faults, pytest.mark.services]

Install = Callable[..., Installation]


def test_a_restart_in_the_middle_loses_and_doubles_nothing(
    install: Install, postgres_server: PostgresServer, redis_server: Callable[[], RedisServer]
) -> None:
    home = install(redis_server().url, postgres_server.url)
    home.start("web")
    home.start("worker")
    messages = comments(400)
    fleet = Fleet(home.port, messages, within=60)
    fleet.start()
    fleet.release(150)
    wait(0.3)
    postgres_server.stop()
    fleet.release(100)
    wait(1.0)
    postgres_server.start()
    fleet.join()
    assert fleet.tries["503"] > 0
    assert len(fleet.acknowledged) == 400, (fleet.refused, fleet.given_up)
    watch = Watch(home)
    watch.drained()
    assert watch.findings(messages).clean


def test_a_read_only_server_is_503_and_nothing_is_taken(
    install: Install, postgres_server: PostgresServer
) -> None:
    home = install("redis+socket:///nowhere/none.sock?virtual_host=0", postgres_server.url)
    home.start("web")
    postgres_server.execute(
        "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"
    )
    taken, refused = _until_refused(home)
    postgres_server.execute(
        "SET default_transaction_read_only = off",
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()",
    )
    assert Watch(home).stored() == taken
    until(lambda: post(home.port, refused).status == 202, within=60, what="it is taken")
    assert Watch(home).stored() == [*taken, refused.id]


def _until_refused(home: Installation) -> tuple[list[str], Message]:
    """Send until the server has heard that it is to refuse: what was taken, and what was not."""
    taken = []
    for number in range(1, 10_000):
        message = comment(number)
        answer = post(home.port, message)
        if answer.status != 202:
            refused_for_now(answer)
            return taken, message
        taken.append(message.id)
    raise AssertionError("it went on writing")


def test_a_table_somebody_locked_is_503_after_two_seconds_and_recovers(
    install: Install, postgres_server: PostgresServer
) -> None:
    home = install("redis+socket:///nowhere/none.sock?virtual_host=0", postgres_server.url)
    home.start("web")
    with psycopg.connect(postgres_server.url.replace("+psycopg", "")) as db:
        db.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
        refused_for_now(post(home.port, comment(1)))
    assert post(home.port, comment(1)).status == 202
    assert Watch(home).stored() == ["msg_1"]


def test_work_goes_on_after_every_connection_was_cut(
    install: Install, postgres_server: PostgresServer, redis_server: Callable[[], RedisServer]
) -> None:
    home = install(redis_server().url, postgres_server.url)
    home.start("web")
    home.start("slow-worker")
    messages = comments(80)
    send_all(home.port, messages)
    postgres_server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    watch = Watch(home)
    watch.drained()
    assert watch.findings(messages).clean
