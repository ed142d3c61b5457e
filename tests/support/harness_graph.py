"""Follow graphs under siege: a simulated X as a process, and lists that real processes read from it."""

import http.client
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.bootstrap import Container, build
from pipeline.domain.graph.kinds import Direction
from pipeline.ingest.graph.service import Wish
from pipeline.settings import Graph, Settings
from pipeline.store.database import Database
from pipeline.store.graph import accounts, jobs, lists, spans
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow
from tests.services import processes
from tests.support.harness import Installation
from tests.support.harness_processes import ROOT, until

BEARER = "simulated-bearer"
MONEY = "\n[graph]\ndaily_cap = 10000\ncycle_cap = 100000\n"
"""Enough for whatever a test reads: what it costs is compared, not stopped."""


class X:
    """A simulated X in a process of its own, and its doors."""

    def __init__(self, folder: Path, edges: Sequence[tuple[str, str]], *options: str) -> None:
        world = folder / "edges.txt"
        world.write_text("".join(f"{a} {b}\n" for a, b in edges))
        self.port = processes.free_port()
        self.log = folder / "x.log"
        command = [sys.executable, "-m", "tests.simulators.x", "--edges", str(world)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--port", str(self.port), *options], cwd=ROOT, stdout=log, stderr=log
            )
        until(self._answers, within=60, what="the simulated X")

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Any:
        """What one of its own doors says."""
        return self._call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        """Turn something."""
        return self._call("POST", path, json.dumps(body))

    def asked(self) -> int:
        """Requests so far."""
        return int(self.get("/_sim/report")["total"]["asked"])

    def total(self) -> dict[str, Any]:
        """The report's last line."""
        found: dict[str, Any] = self.get("/_sim/report")["total"]
        return found

    def truth(self, owner: str) -> set[str]:
        """Followers as its pages show them."""
        return set(self.get(f"/_sim/truth?id={owner}&direction=followers")["ids"])

    def read(self, owner: str) -> int:
        """Ask for a page of followers as another program with the same token; the status."""
        headers = {"authorization": f"Bearer {BEARER}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"/2/users/{owner}/followers?max_results=1", headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def close(self) -> None:
        """Stop it."""
        processes.stop(self._process)

    def _call(self, method: str, path: str, body: str | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def _answers(self) -> bool:
        try:
            self.get("/_sim/clock")
        except OSError:
            return False
        return True


class Reader:
    """An installation that reads followers from a simulated X."""

    def __init__(self, home: Installation, x: X) -> None:
        self.home = home
        self.x = x
        place = home.place
        config = place.folder / "afterword.toml"
        config.write_text(config.read_text() + MONEY)
        url = place.environ.get("AFTERWORD_DATABASE_URL")
        self.database = Database(url or f"sqlite:///{place.folder / 'afterword.db'}")
        settings = Settings(
            home=place.folder,
            config=config,
            x_api_url=x.url,
            x_bearer_token=BEARER,
            graph=Graph(daily_cap=10_000, cycle_cap=100_000),
        )
        self.container: Container = build(settings, database=self.database)
        self.graph = self.container.graph

    def keep(self, owners: Sequence[str]) -> list[ListRow]:
        """Keep the followers of these."""
        as_whom = self.graph.credentials.choose("x")
        rows = []
        with self.database.write() as db:
            known = accounts.ordinals(db, "x", owners)
            for owner in owners:
                account = accounts.get(db, known[owner])
                assert account is not None
                self.graph.keep(db, account, Direction.FOLLOWERS, as_whom, Wish())
                row = lists.get(db, ListRow(account.ord, Direction.FOLLOWERS, "").key)
                assert row is not None
                rows.append(row)
        return rows

    def sync(self, rows: Sequence[ListRow]) -> list[JobRow]:
        """Ask for a reading of each."""
        with self.database.write() as db:
            begun = [self.graph.sync(db, row, None) for row in rows]
        return [job for job in begun if job is not None]

    def job(self, job: JobRow) -> JobRow:
        """A job as it is now."""
        with self.database.read() as db:
            found = jobs.get(db, job.id)
        assert found is not None
        return found

    def open_jobs(self) -> int:
        """How many jobs are not at their end."""
        with self.database.read() as db:
            return jobs.count_open(db)

    def known(self, row: ListRow) -> set[str]:
        """Members, by native id."""
        with self.database.read() as db:
            found = accounts.many(db, spans.current(db, row.key))
        return {each.native_id for each in found.values()}

    def spent(self) -> int:
        """Micro-dollars, as Afterword counts them."""
        with self.database.read() as db:
            return self.graph.turnstile.spent(db, "x").day

    def close(self) -> None:
        """Close connections."""
        self.container.close()


def seconds_to_midnight() -> float:
    """What is paid for is paid per UTC day: a test of that must not straddle one."""
    now = datetime.now(UTC)
    return 86_400.0 - (now.hour * 3600 + now.minute * 60 + now.second)
