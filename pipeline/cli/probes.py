"""Looking at ports and servers from outside."""

import http.client

from pipeline.bootstrap import Container
from pipeline.errors import StartError
from pipeline.index.overview import index_standing
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


def check_index(container: Container) -> Check:
    """Whether the search engine answers, and its index follows the posts with today's schema."""
    name = "search"
    standing = index_standing(container.database, container.index.engine)
    kind = standing.engine
    if standing.trouble:
        advice = "mend that: posts wait until it answers, and readers' searches fail"
        return fail(name, f"{kind} does not answer: {standing.trouble}", advice)
    if standing.outdated:
        return warn(name, f"{kind}: its index has an older schema", "run `afterword index rebuild`")
    if standing.posts.refused:
        advice = "see `afterword events list --state dead`, mend the posts, then redrive them"
        return warn(name, f"{kind} refused {standing.posts.refused} posts", advice)
    counts = standing.posts
    return ok(name, f"{kind} answers; {counts.visible} posts, {counts.waiting} wait to be indexed")


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


def _status(host: str, port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection(host, port, timeout=_ANSWER_WITHIN)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
