"""Looking at ports and servers from outside."""

import http.client
from urllib.parse import urlsplit

from pipeline.errors import StartError
from pipeline.ingest.doctor.check import Check, fail, ok, warn
from pipeline.settings import Settings
from pipeline.supervisor.ports import Port, require_free
from pipeline.supervisor.redis_binary import find_redis

_ANSWER_WITHIN = 2.0
_OK = 200
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with


def check_web(settings: Settings) -> Check:
    """Whether the web process answers, or its port is free for it."""
    port = Port("AFTERWORD_PORT", settings.host, settings.port)
    return _check("web", port, "/livez")


def check_flower(settings: Settings) -> Check:
    """Whether Flower answers, or its port is free for it."""
    port = Port("AFTERWORD_FLOWER_PORT", settings.host, settings.flower_port)
    return _check("flower", port, "/healthcheck")


def check_redis_binary() -> Check:
    """Whether there is a Redis that `afterword up` could start."""
    try:
        binary = find_redis()
    except StartError as error:
        return fail("redis program", str(error), "install one of these, or name a server that runs")
    return ok("redis program", f"{'.'.join(map(str, binary.version))}, from {binary.origin}")


def check_elasticsearch(url: str | None) -> Check:
    """Whether the cluster answers, where one is set."""
    if url is None:
        return ok("search", "SQLite FTS5, embedded")
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.hostname}:{parts.port or 9200}"
    status = _status(parts.hostname or "", parts.port or 9200, "/", tls=parts.scheme == "https")
    if status is None:
        return fail("search", f"{where} does not answer", "mend AFTERWORD_ELASTICSEARCH_URL")
    if status == _OK or parts.username:  # who it lets in is found out by who asks with the password
        return ok("search", f"{where} answers")
    advice = "look at the cluster's log; does AFTERWORD_ELASTICSEARCH_URL need a user and password?"
    return warn("search", f"{where} answers with HTTP {status}", advice)


def local_host(host: str) -> str:
    """Where to reach a server of this machine that listens on `host`."""
    return _EVERYWHERE.get(host, host)


def _check(name: str, port: Port, path: str) -> Check:
    where = f"http://{port.host}:{port.number}"
    if _status(local_host(port.host), port.number, path) == _OK:
        return ok(name, f"answers on {where}")
    try:
        require_free([port])
    except StartError as error:
        return fail(name, str(error), f"free the port, or change {port.variable}")
    return ok(name, f"does not run; port {port.number} is free for it")


def _status(host: str, port: int, path: str, *, tls: bool = False) -> int | None:
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    connection = kind(host, port, timeout=_ANSWER_WITHIN)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
