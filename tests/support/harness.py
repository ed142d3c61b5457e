"""An Afterword of the test's own: real processes on a home of its own, to be killed and frozen.

Nothing outlives the test run: the processes are children of the nursery, which the kernel ends with
the run, and the kernel ends them with the nursery (Linux; elsewhere the fixtures do).
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.store import schema
from pipeline.store.database import Database
from tests.services import processes
from tests.support.databases import migrated_sqlite
from tests.support.world import SECRET

ROOT = Path(__file__).parents[2]
READY_WITHIN = 30.0
STOPPED_WITHIN = 60.0

# Every comment is judged in full and then published: a flood of near repeats would be held otherwise,
# and a published comment is counted on its page, which tells a second effect from a first.
CONFIG = f"""
[sites.blog]
url = "https://blog.example"

[sources.blog]
scheme = "standard-webhooks"
site = "blog"
secrets = ["{SECRET}"]
rate = "none"

[moderation]
publish_below = 1.0
reject_from = 1.0
"""


def until(condition: Callable[[], object], *, within: float, what: str, every: float = 0.02) -> None:
    """Ask until the answer is yes. Raises AssertionError after `within` seconds."""
    pause, end = threading.Event(), time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"not within {within:g} s: {what}"
        pause.wait(every)


def wait(seconds: float) -> None:
    """Let time pass, where its passing is what the test is about."""
    threading.Event().wait(seconds)


class Nursery:
    """The program that forks: see `harness_nursery`."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "nursery.log"
        with self._log.open("ab") as errors:
            self._program = subprocess.Popen(  # noqa: S603 - this interpreter, a module of ours
                [sys.executable, "-m", "tests.support.harness_nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
            )

    def fork(self, **order: object) -> int:
        """Start a process; its pid."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()
        answer = self._program.stdout.readline()
        assert answer, f"the nursery ended: {self._log.read_text()[-2000:]}"
        return int(answer)

    def close(self) -> None:
        """End it, and with it what it forked."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.stdout.close()
        processes.stop(self._program)  # type: ignore[arg-type] # text or bytes, it ends the same


class Running:
    """A process that was started. Signals go to its pid alone."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End it without warning."""
        self.signal(signal.SIGKILL)
        self.wait_gone()

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        self.wait_gone()

    def freeze(self) -> None:
        """Stop it in its tracks."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.alive:
            os.kill(self.pid, number)

    def wait_gone(self, within: float = STOPPED_WITHIN) -> None:
        """Wait for its end. Raises AssertionError with its last words where it lives on."""
        until(lambda: not self.alive, within=within, what=f"end of {self.log}:\n{self.said()}")

    def said(self, characters: int = 3000) -> str:
        """The end of what it and others of its kind wrote."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""


class Place(NamedTuple):
    """Where an installation lives: its folder, and what its processes find in the environment."""

    folder: Path
    environ: Mapping[str, str]

    @property
    def port(self) -> int:
        """Where the web process listens, on loopback."""
        return int(self.environ["AFTERWORD_PORT"])


class Installation:
    """Processes of one home. `settings` are more of their environment, such as AFTERWORD_LEASE."""

    def __init__(self, nursery: Nursery, place: Place) -> None:
        self._nursery = nursery
        self.place = place
        self._running: list[Running] = []
        self._count = 0

    @property
    def port(self) -> int:
        """Where the web process listens, on loopback."""
        return self.place.port

    def start(self, process: str, *, files: int | None = None, ready: bool = True) -> Running:
        """Start a process and wait until it serves. `files`: bytes the largest file may have."""
        self._count += 1
        log = self.place.folder / f"{process}.log"
        mark = self.place.folder / f"{process}.{self._count}.ready"
        pid = self._nursery.fork(
            process=process,
            environ=dict(self.place.environ),
            log=str(log),
            ready=str(mark),
            files=files,
        )
        running = Running(pid, log)
        self._running.append(running)
        if ready:
            until(
                lambda: mark.exists() or not running.alive, within=READY_WITHIN, what=f"{process} up"
            )
            assert mark.exists(), f"{process} ended before it was ready:\n{running.said()}"
        return running

    def close(self) -> None:
        """End what still runs."""
        for running in self._running:
            running.signal(signal.SIGKILL)
        for running in self._running:
            running.wait_gone()


def settle_in(
    folder: Path, redis_url: str | None, database_url: str | None = None, **settings: str
) -> Place:
    """Make a home with settings and a migrated database."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "afterword.toml").write_text(CONFIG)
    environ = {
        "AFTERWORD_HOME": str(folder),
        "AFTERWORD_PORT": str(processes.free_port()),
        "AFTERWORD_FLOWER_PORT": str(processes.free_port()),
        "AFTERWORD_ADDRESS_RATE": "none",
        "AFTERWORD_LEASE": "2",
        **settings,
    }
    if redis_url is not None:
        environ["AFTERWORD_REDIS_URL"] = redis_url
    if database_url is None:
        migrated_sqlite(folder / "afterword.db").close()
    else:
        environ["AFTERWORD_DATABASE_URL"] = database_url
        _migrate(database_url)
    return Place(folder, environ)


def _migrate(url: str) -> None:
    database = Database(url)
    with database.write() as db:
        schema.upgrade(db)
    database.close()
