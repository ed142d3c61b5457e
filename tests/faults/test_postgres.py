"""PostgreSQL restarted in the middle, read-only after a failover, or held by somebody else."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.services import postgres, processes
from tests.services.missing import missing
from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_processes import wait
from tests.support.harness_senders import Fleet, comment, post
from tests.support.harness_watch import Watch, comments, refused_for_now, send_all

pytestmark = [pytest.mark.faults, pytest.mark.services]

Install = Callable[..., Installation]


class PostgresServer:
    """A PostgreSQL of the test's own, to be stopped and started again on the same data."""

    def __init__(self, stack: ExitStack, programs: Path) -> None:
        self._account = processes.unprivileged()
        self._folder = postgres._folder(stack, self._account)
        self._programs, self._log = programs, self._folder / "log"
        self.url = f"postgresql+psycopg://{postgres.USER}@/postgres?host={self._folder}"
        initdb = self._run("initdb", "--auth=trust", "--no-sync", f"--username={postgres.USER}")
        assert initdb.wait(postgres.INITDB_SECONDS) == 0, self._log.read_text()
        self.start()
        stack.callback(self.stop)

    def start(self) -> None:
        """Start it and wait until it answers."""
        sockets = ("-k", str(self._folder), "-c", "listen_addresses=")
        self._process = self._run("postgres", *sockets, *postgres.FAST)
        processes.wait_ready(self._process, lambda: postgres.answers(self.url), self._log)

    def stop(self) -> None:
        """Its fast shutdown: sessions are ended, transactions rolled back."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def execute(self, *statements: str) -> None:
        """Run statements as its superuser, each by itself."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as db:
            for statement in statements:
                db.execute(statement)  # type: ignore[call-overload] # any str

    def _run(self, program: str, *words: str) -> object:
        argv = [self._programs / program, "-D", self._folder / "data", *words]
        return processes.start(argv, self._log, account=self._account, end="INT")


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    programs = postgres.find_postgres() or missing("PostgreSQL", postgres.TRIED)
    with ExitStack() as stack:
        yield PostgresServer(stack, programs)


def test_a_restart_in_the_middle_loses_and_doubles_nothing(
    install: Install, server: PostgresServer, redis_server: Callable[[], RedisServer]
) -> None:
    home = install(redis_server().url, server.url)
    home.start("web")
    home.start("worker")
    messages = comments(400)
    fleet = Fleet(home.port, messages, within=60)
    fleet.start()
    fleet.release(150)
    wait(0.3)
    server.stop()
    fleet.release(100)
    wait(1.0)
    server.start()
    fleet.join()
    assert fleet.tries["503"] > 0
    assert len(fleet.acknowledged) == 400, (fleet.refused, fleet.given_up)
    watch = Watch(home)
    watch.drained()
    assert watch.findings(messages).clean


def test_a_read_only_server_is_503_and_nothing_is_taken(
    install: Install, server: PostgresServer
) -> None:
    home = install("redis+socket:///nowhere/none.sock?virtual_host=0", server.url)
    home.start("web")
    assert post(home.port, comment(1)).status == 202
    server.execute("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    wait(0.2)
    refused_for_now(post(home.port, comment(2)))
    server.execute(
        "SET default_transaction_read_only = off",
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()",
    )
    wait(0.2)
    assert Watch(home).stored() == ["msg_1"]
    assert post(home.port, comment(2)).status == 202


def test_a_table_somebody_locked_is_503_after_two_seconds_and_recovers(
    install: Install, server: PostgresServer
) -> None:
    home = install("redis+socket:///nowhere/none.sock?virtual_host=0", server.url)
    home.start("web")
    with psycopg.connect(server.url.replace("+psycopg", "")) as db:
        db.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
        refused_for_now(post(home.port, comment(1)))
    assert post(home.port, comment(1)).status == 202
    assert Watch(home).stored() == ["msg_1"]


def test_work_goes_on_after_every_connection_was_cut(
    install: Install, server: PostgresServer, redis_server: Callable[[], RedisServer]
) -> None:
    home = install(redis_server().url, server.url)
    home.start("web")
    home.start("slow-worker")
    messages = comments(80)
    send_all(home.port, messages)
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    watch = Watch(home)
    watch.drained()
    assert watch.findings(messages).clean
