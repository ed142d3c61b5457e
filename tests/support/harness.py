"""An Afterword of the test's own: settings, a database and real processes on a home of its own."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.store import schema
from pipeline.store.database import Database
from tests.services import processes
from tests.support.databases import migrated_sqlite
from tests.support.harness_processes import Nursery, Running, until
from tests.support.world import SECRET

READY_WITHIN = 30.0

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

    def start(self, process: str, *, ready: bool = True, bare: bool = False) -> Running:
        """Start a process and, unless told otherwise, wait until it serves.

        `bare`: it may not write where permissions forbid it, as root else may.
        """
        order = self._order(process) | {"bare": bare}
        return self._follow(self._nursery.fork(**order), order, ready=ready)

    def _order(self, process: str) -> dict[str, Any]:
        self._count += 1
        beside = self.place.folder.parent / self.place.folder.name
        return {
            "process": process,
            "environ": dict(self.place.environ),
            "log": f"{beside}.{process}.log",
            "ready": f"{beside}.{process}.{self._count}.ready",
        }

    def _follow(self, pid: int, order: Mapping[str, Any], *, ready: bool) -> Running:
        running, mark = Running(pid, Path(order["log"])), Path(order["ready"])
        self._running.append(running)
        if ready:
            until(
                lambda: mark.exists() or not running.alive,
                within=READY_WITHIN,
                what=f"{order['process']} ready",
            )
            assert mark.exists(), f"it ended before it was ready:\n{running.said()}"
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
