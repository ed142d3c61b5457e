"""`afterword up` as a child process: started, waited for, stopped."""

import http.client
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from threading import Event
from types import TracebackType
from typing import Self

from pipeline.errors import StartError
from pipeline.settings import Settings
from pipeline.supervisor.lifeline import end_with_parent

READY_WITHIN = 90.0
"""Seconds. A small machine that is busy takes ten."""
# By name, not through an installed script: the set is of the same code as the demo.
_COMMAND = (sys.executable, "-c", "from pipeline.cli import main; main()", "up")
_GRACE = 100.0  # more than the members of the set get together
_LOOK_EVERY = 0.05
_READY_LINE = "Afterword is ready"


class EmbeddedSet:
    """The set of one HOME. Entered: it runs; left: it has stopped, whatever happened meanwhile."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = dict(environ)
        self._log = settings.home / "up.log"

    def __enter__(self) -> Self:
        with self._log.open("wb") as output:
            # In this process's group: Ctrl-C in a terminal reaches both, and a second one as well.
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed words
                _COMMAND,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environ,
                # Nothing of the demo's may outlive it, not even where it was killed.
                preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - no thread runs
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()
        while True:
            try:
                self._process.wait(_GRACE)
            except KeyboardInterrupt:  # the set got it too, and kills what is left
                continue
            except subprocess.TimeoutExpired:
                self._process.kill()
                continue
            return

    def wait_ready(self) -> None:
        """Return when every member serves. Raises StartError where the set ends or takes too long."""
        pause = Event()
        for _ in range(int(READY_WITHIN / _LOOK_EVERY)):
            if self._process.poll() is not None:
                raise StartError(f"`afterword up` ended before it was ready: {self._last_line()}")
            if _READY_LINE in self._said() and self._answers():
                return
            pause.wait(_LOOK_EVERY)
        raise StartError(f"`afterword up` is not ready after {READY_WITHIN:g} s: see {self._log}")

    def hold(self) -> None:
        """Wait for Ctrl-C. Raises StartError where the set ends by itself."""
        self._process.wait()
        raise StartError(f"`afterword up` ended: {self._last_line()}")

    def _answers(self) -> bool:
        """Whether /readyz says 200: the web process can commit."""
        connection = http.client.HTTPConnection(self._settings.host, self._settings.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _last_line(self) -> str:
        return (self._said().strip() or "it said nothing").splitlines()[-1]
