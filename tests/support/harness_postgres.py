"""A PostgreSQL of the test's own: restarted, or killed and started again on the same data."""

import os
import signal
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg

from tests.services import postgres, processes
from tests.support.harness_processes import until

FLAGS = ("-c", "fsync=off", "-c", "full_page_writes=off")
"""For tests only: a crash of the machine may cost the data; one of the server costs what it would."""


class PostgresServer:
    """Runs from its making until the stack ends."""

    def __init__(self, stack: ExitStack, programs: Path) -> None:
        self._account = processes.unprivileged()
        self._folder = postgres.folder(stack, self._account)
        self._programs, self._log = programs, self._folder / "log"
        self.url = f"postgresql+psycopg://{postgres.USER}@/postgres?host={self._folder}"
        initdb = self._run("initdb", "--auth=trust", "--no-sync", f"--username={postgres.USER}")
        assert initdb.wait(postgres.INITDB_SECONDS) == 0, self._log.read_text()
        self.start()
        stack.callback(self.stop)

    def start(self) -> None:
        """Start it and wait until it answers."""
        sockets = ("-k", str(self._folder), "-c", "listen_addresses=")
        self._process = self._run("postgres", *sockets, *FLAGS)
        processes.wait_ready(self._process, lambda: postgres.answers(self.url), self._log)

    def stop(self) -> None:
        """Its fast shutdown: sessions are ended, transactions rolled back."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def kill(self) -> None:
        """End all its processes without warning: what they had not yet written is lost."""
        parent = self._process.pid
        family = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        self._process.kill()
        for child in family:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self._process.wait()
        until(lambda: all(map(_is_gone, family)), within=60, what="the end of PostgreSQL")

    def execute(self, *statements: str) -> None:
        """Run statements as its superuser, each by itself."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as db:
            for statement in statements:
                db.execute(statement)  # type: ignore[call-overload] # any str

    def _run(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        argv = [self._programs / program, "-D", self._folder / "data", *words]
        return processes.start(argv, self._log, account=self._account, end="INT")


def _is_gone(pid: str) -> bool:
    """Also one that nobody has taken note of yet: it holds nothing any more."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return said.rpartition(")")[2].split()[0] == "Z"
