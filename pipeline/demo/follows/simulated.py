"""The simulated X as a child process, with a clock that the demo moves."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

import pipeline
from pipeline.errors import StartError
from pipeline.supervisor.lifeline import end_with_parent

ROOT = Path(pipeline.__file__).parents[1]
PACKAGE = ROOT / "tests" / "simulators" / "x"
"""Part of a checkout, not of what is installed."""
ACCOUNTS = ("1", "2", "3")
"""Of a made-up world the first are the most followed."""
_PEOPLE, _SEED = "1500", "7"
_START = "2026-06-02T06:00:00Z"
_A_DAY = {"follows": 6, "newcomers": 2, "unfollows": 4, "refollows": 0.5, "suspensions": 1.5}
_A_DAY |= {"deletions": 0.5, "reinstatements": 0.5}
_FIRST_LINE = re.compile(r"on (http://\S+):")


class Simulated:
    """Runs while its block does. Call it for its time. Raises StartError where it can't start."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._now = datetime.fromisoformat(_START)

    def __enter__(self) -> Self:
        changes = msgspec.json.encode(dict.fromkeys(ACCOUNTS, _A_DAY)).decode()
        command = [sys.executable, "-m", "tests.simulators.x", "--made-up", _PEOPLE, "--port", "0"]
        command += ["--seed", _SEED, "--clock", "manual", "--start", _START, "--changes", changes]
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed words
            command,
            cwd=ROOT,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - no thread runs
        )
        said = self._process.stdout.readline() if self._process.stdout else ""
        found = _FIRST_LINE.search(said)
        if found is None:
            self._stop()
            raise StartError("the simulated X did not start: try `python -m tests.simulators.x -h`")
        self.url = found[1]
        self._client = httpx.Client(base_url=self.url, trust_env=False, timeout=20.0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()
        self._stop()

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass there; what happens in it happens."""
        answer = self._client.post("/_sim/advance", json={"seconds": by.total_seconds()})
        self._now = datetime.fromtimestamp(answer.raise_for_status().json()["epoch"], tz=UTC)

    def report(self) -> Mapping[str, Any]:
        """What it was asked, and what it charged."""
        total: Mapping[str, Any] = self._client.get("/_sim/report").raise_for_status().json()
        return total

    def _stop(self) -> None:
        self._process.terminate()
        self._process.communicate()
