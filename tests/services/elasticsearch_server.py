"""A real Elasticsearch in a folder of its own: the one on PATH, Maven's, or Docker's."""

import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.services import elasticsearch_home, processes

TRIED = f"elasticsearch on PATH, {elasticsearch_home.TRIED}, Docker"
STARTED_WITHIN = 300.0
# The first compiler alone and the simplest collector: half the start-up, and tests are short.
SOON = ("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
FAST = ("-Xms512m", "-Xmx512m", "-XX:+UseG1GC")
"""As it is delivered, but for the size of the heap: for measuring."""
_ALWAYS = ("-Djava.io.tmpdir=${ES_TMPDIR}", "20-:--add-modules=jdk.incubator.vector")
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


class Server:
    """One server, its state in `folder`; `jvm` are the options of its Java machine.

    The kernel ends it with the thread that started it.
    """

    def __init__(self, folder: Path, jvm: tuple[str, ...]) -> None:
        self._folder, self._jvm = folder, jvm
        self._stack = ExitStack()
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)

    def start(self) -> str | None:
        """Start it: where it answers, or None where there is none to be had.

        Raises RuntimeError with its log where it does not come up.
        """
        on_path = shutil.which("elasticsearch")
        if on_path is not None:
            return self._run(Path(on_path), {})
        java = elasticsearch_home.find_java()
        archive = elasticsearch_home.fetch() if java else None
        if java is not None and archive is not None:
            home = elasticsearch_home.unpack(archive, self._folder, java)
            return self._run(home / "bin" / "elasticsearch", {"ES_JAVA_HOME": str(java)})
        return self._contained() if processes.docker_works() else None

    def stop(self) -> None:
        """Stop it, if it runs, and remove its folder."""
        self._stack.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: Path, variables: dict[str, str]) -> str:
        config = self._folder / "config"
        config.mkdir()
        for name, text in (
            ("elasticsearch.yml", SETTINGS),
            ("jvm.options", "\n".join([*self._jvm, *_ALWAYS, ""])),
            ("log4j2.properties", LOGGING),
        ):
            (config / name).write_text(text)
        place = [f"-Epath.data={self._folder / 'data'}", f"-Epath.logs={self._folder / 'logs'}"]
        account = processes.unprivileged()
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
        variables |= {"ES_JAVA_OPTS": " ".join(self._jvm)}
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
