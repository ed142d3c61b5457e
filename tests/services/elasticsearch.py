"""A real Elasticsearch for tests: the URL given, or one that is started.

One for the whole test run: it takes half a gigabyte and many seconds to start. The first process
(of pytest-xdist's) that collects a test marked `elasticsearch` begins to start it, and stops it
when no other uses it any more.
"""

import fcntl
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import pytest

from tests.services import elasticsearch_server
from tests.services.missing import missing

VARIABLE = "AFTERWORD_TEST_ELASTICSEARCH_URL"
TRIED = f"{VARIABLE}, {elasticsearch_server.TRIED}"
_ASK_EVERY = 0.1
_YOUNG_S = 60.0
_FOLDERS, _NAME = Path(tempfile.gettempdir()), "afterword-es-"
_KEY = pytest.StashKey["SharedServer"]()


class SharedServer:
    """The test run's server: `begin` in one process, `url` in all. `folder` is the run's own."""

    def __init__(self, folder: Path) -> None:
        self._server = elasticsearch_server.Server(folder, elasticsearch_server.SOON)
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._users = (folder / "users").open("a")
        self._starter = (folder / "starter").open("a")
        self._address = folder / "address"

    def begin(self) -> None:
        """Begin to start it in the background, unless another process has."""
        fcntl.flock(self._users, fcntl.LOCK_SH)
        try:
            fcntl.flock(self._starter, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._thread = threading.Thread(target=self._keep, name="elasticsearch", daemon=True)
        self._thread.start()

    def url(self) -> str | None:
        """Where it answers; None where there is none to be had. Raises RuntimeError with its log."""
        pause = threading.Event()
        for _ in range(int((elasticsearch_server.STARTED_WITHIN + 600) / _ASK_EVERY)):
            if self._address.exists():
                break
            pause.wait(_ASK_EVERY)
        told = self._address.read_text()
        if told.startswith("failed"):
            raise RuntimeError(told)
        return told or None

    def end(self) -> None:
        """Stop it, if this process started it, once no other uses it."""
        if self._thread is None:
            fcntl.flock(self._users, fcntl.LOCK_UN)
            return
        fcntl.flock(self._users, fcntl.LOCK_EX)
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        # As long as the server runs: the kernel ends it with the thread that started it.
        try:
            self._tell()
            self._over.wait()
        finally:
            self._server.stop()

    def _tell(self) -> None:
        try:
            told = self._server.start() or ""
        except (OSError, RuntimeError) as error:
            told = f"failed: {error}"
        unfinished = self._address.with_suffix(".new")
        unfinished.write_text(told)
        unfinished.rename(self._address)


@pytest.fixture(scope="session")
def elasticsearch_url(request: pytest.FixtureRequest) -> str:
    """The URL of an Elasticsearch that the whole test run shares: use a prefix of your own."""
    given = os.environ.get(VARIABLE)  # noqa: TID251 - a switch of the tests, no setting of Afterword
    if given:
        return given
    return request.config.stash[_KEY].url() or missing("Elasticsearch", TRIED)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start it while other tests run, if a test that was not deselected needs it."""
    needed = any(item.get_closest_marker("elasticsearch") for item in session.items)
    given = os.environ.get(VARIABLE)  # noqa: TID251 - as above
    if needed and not given and not session.config.option.collectonly:
        _sweep()
        run = getattr(session.config, "workerinput", {}).get("testrunuid", str(os.getpid()))
        server = SharedServer(_FOLDERS / f"{_NAME}{run}")
        session.config.stash[_KEY] = server
        server.begin()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop it: here, and not in a fixture, because waiting for the others may take minutes."""
    server = session.config.stash.get(_KEY, None)
    if server is not None:
        server.end()


def _sweep() -> None:
    """Remove what runs that were killed have left: folders nobody uses, and nobody just made."""
    for folder in _FOLDERS.glob(f"{_NAME}*"):
        try:
            if time.time() - folder.stat().st_mtime < _YOUNG_S:
                continue
            with (folder / "users").open("a") as users:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
