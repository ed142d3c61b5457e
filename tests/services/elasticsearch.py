"""A real Elasticsearch for tests: the URL given, the one on PATH, Maven's, or Docker's.

One for the whole test run: it takes half a gigabyte and many seconds to start. The first process
(of pytest-xdist's) that collects a test marked `elasticsearch` begins to start it, and stops it
when no other uses it any more.
"""

import fcntl
import os
import re
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services import elasticsearch_home, processes
from tests.services.missing import missing
from tests.services.postgres import unprivileged

VARIABLE = "AFTERWORD_TEST_ELASTICSEARCH_URL"
TRIED = f"{VARIABLE}, elasticsearch on PATH, {elasticsearch_home.TRIED}, Docker"
STARTED_WITHIN = 120.0
_ASK_EVERY = 0.1
# The first compiler alone and the simplest collector: half the start-up, and tests are short.
JVM = """\
-Xms256m
-Xmx256m
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-Djava.io.tmpdir=${ES_TMPDIR}
20-:--add-modules=jdk.incubator.vector
"""
SETTINGS = """\
cluster.name: afterword-tests
discovery.type: single-node
network.host: 127.0.0.1
http.port: 0
transport.port: 0
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
LOGGING = """\
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
IMAGE = f"elasticsearch:{elasticsearch_home.VERSION}"
_ADDRESS = re.compile(r"HttpServerTransport\] publish_address \{(127\.0\.0\.1:\d+)\}")
_YOUNG_S = 60.0
_FOLDERS, _NAME = Path(tempfile.gettempdir()), "afterword-es-"
_KEY = pytest.StashKey["SharedServer"]()


class SharedServer:
    """The test run's server: `begin` in one process, `url` in all. `folder` is the run's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
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
        for _ in range(int((STARTED_WITHIN + 600) / _ASK_EVERY)):
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
        shutil.rmtree(self._folder, ignore_errors=True)

    def _keep(self) -> None:
        # As long as the server runs: the kernel ends it with the thread that started it.
        with self._stack:
            self._tell()
            self._over.wait()

    def _tell(self) -> None:
        try:
            told = self._started() or ""
        except (OSError, RuntimeError) as error:
            told = f"failed: {error}"
        unfinished = self._address.with_suffix(".new")
        unfinished.write_text(told)
        unfinished.rename(self._address)

    def _started(self) -> str | None:
        on_path = shutil.which("elasticsearch")
        if on_path is not None:
            return self._run(Path(on_path), {})
        java = elasticsearch_home.find_java()
        archive = elasticsearch_home.fetch() if java else None
        if java is not None and archive is not None:
            home = elasticsearch_home.unpack(archive, self._folder, java)
            return self._run(home / "bin" / "elasticsearch", {"ES_JAVA_HOME": str(java)})
        return self._contained() if processes.docker_works() else None

    def _run(self, program: Path, variables: dict[str, str]) -> str:
        config = self._folder / "config"
        config.mkdir()
        for name, text in (
            ("elasticsearch.yml", SETTINGS),
            ("jvm.options", JVM),
            ("log4j2.properties", LOGGING),
        ):
            (config / name).write_text(text)
        place = [f"-Epath.data={self._folder / 'data'}", f"-Epath.logs={self._folder / 'logs'}"]
        account = unprivileged()
        if account is not None:
            _give(self._folder, account)
        variables |= {"ES_PATH_CONF": str(config), "HOME": str(self._folder)}
        settings = [f"{name}={value}" for name, value in variables.items()]
        log = self._folder / "log"
        argv: list[str | Path] = ["env", *settings, program, *place]
        process = processes.start(argv, log, account=account)
        self._stack.callback(processes.stop, process)
        processes.wait_ready(process, lambda: _address_in(log) is not None, log, STARTED_WITHIN)
        return f"http://{_address_in(log)}"

    def _contained(self) -> str:
        port = processes.free_port()
        url = f"http://127.0.0.1:{port}"
        variables = {"discovery.type": "single-node", "xpack.security.enabled": "false"}
        variables |= {"ES_JAVA_OPTS": "-Xms256m -Xmx256m"}
        image = processes.Image(IMAGE, 9200, variables, [])
        log = self._folder / "log"
        process = processes.start_container(image, port, lambda: answers(url), log)
        self._stack.callback(processes.stop, process)
        return url


def answers(url: str) -> bool:
    """Whether a cluster answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=5) as answer:  # noqa: S310 - a URL of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


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


def _address_in(log: Path) -> str | None:
    told = log.read_text(errors="replace")
    found = _ADDRESS.search(told)
    return found[1] if found and "] started {" in told else None


def _give(folder: Path, account: processes.Account) -> None:
    for path in _below(folder):
        os.chown(path, account.uid, account.gid)


def _below(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.rglob("*")
