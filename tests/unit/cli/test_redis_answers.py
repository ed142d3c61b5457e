"""Asking a Redis about itself, over a Unix socket."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.ingest.doctor.broker import answers, check_redis

INFO = "redis_version:5.0.14\r\nmaxmemory_policy:volatile-lru\r\naof_enabled:0\r\n"


class _Redis(socketserver.StreamRequestHandler):
    """Answers INFO (Redis serialization protocol, version 2), and OK to anything else."""

    def handle(self) -> None:
        while head := self.rfile.readline():
            words = [self._word() for _ in range(int(head[1:]))]
            body = INFO.encode() if words[0].upper() == b"INFO" else None
            self.wfile.write(b"+OK\r\n" if body is None else b"$%d\r\n%b\r\n" % (len(body), body))

    def _word(self) -> bytes:
        size = int(self.rfile.readline()[1:])
        return self.rfile.read(size + 2)[:-2]


@contextmanager
def old_redis(folder: Path) -> Iterator[str]:
    path = folder / "redis.sock"
    server = socketserver.ThreadingUnixStreamServer(str(path), _Redis)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"redis+socket://{path}?virtual_host=0"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_a_redis_says_of_itself_is_judged(tmp_path: Path) -> None:
    with old_redis(tmp_path) as url:
        assert answers(url)
        checks = {check.name: check for check in check_redis(url, embedded=False)}
    assert "5.0.14 is too old" in checks["redis"].detail
    assert "volatile-lru" in checks["redis eviction"].detail
    assert checks["redis persistence"].health == "warn"


def test_a_redis_that_is_not_there_does_not_answer(tmp_path: Path) -> None:
    assert not answers(f"redis+socket://{tmp_path / 'none.sock'}?virtual_host=0")
