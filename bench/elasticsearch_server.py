"""The Elasticsearch that is measured: AFTERWORD_ELASTICSEARCH_URL's, else the tests' real one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from elasticsearch import Elasticsearch

from bench.processes import BenchError
from pipeline.index.elastic import Server
from tests.services.elasticsearch_server import FAST, TRIED
from tests.services.elasticsearch_server import Server as RealServer

URL = "AFTERWORD_ELASTICSEARCH_URL"


@contextmanager
def serve() -> Iterator[Server]:
    """Give a server and a prefix nobody else has; what was made below it is gone afterwards.

    Raises BenchError where no server is to be had.
    """
    given = os.environ.get(URL)  # noqa: TID251 - a switch of the bench
    if given:
        with _cleaned(Server(given, prefix=f"bench-{uuid4().hex[:8]}")) as server:
            yield server
        return
    # On a disk, and where its own account may go.
    folder = tempfile.mkdtemp(prefix="afterword-bench-es-", dir="/var/tmp")
    real = RealServer(Path(folder), FAST)
    try:
        url = real.start()
        if url is None:
            raise BenchError(f"there is no Elasticsearch (tried: {URL}, {TRIED})")
        yield Server(url, prefix="bench")
    finally:
        real.stop()


@contextmanager
def _cleaned(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        with Elasticsearch(server.url) as client:
            for index in client.indices.get(index=f"{server.prefix}-*"):
                client.indices.delete(index=index)
