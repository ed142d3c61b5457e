"""An HTTP proxy on loopback before Elasticsearch that answers bulk requests as a busy cluster does."""

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

BUSY = {"type": "es_rejected_execution_exception", "reason": "queue capacity reached"}

Pair = tuple[bytes, bytes]
"""An action line and its source line."""


class BulkFaults:
    """Passes requests to `upstream`; the faults are its attributes.

    `busy` decides by document id whether an item is answered with `status` and not passed on;
    bulk requests of more than `largest` bytes are answered 413, the next `silent` of them are
    passed on and never answered, the next `failing` answered 503 and not passed on.
    """

    def __init__(self, upstream: str) -> None:
        self.busy: Callable[[str], bool] = lambda _: False
        self.status = 429
        self.largest = 100_000_000
        self.silent = 0
        self.failing = 0
        self.product = "Elasticsearch"
        self.requests: list[int] = []
        self._upstream = urlsplit(upstream).netloc
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes] | None:
        """Status and body to answer; None to stay silent."""
        if "_bulk" not in handler.path:
            return self.passed_on(handler, body)
        self.requests.append(len(body))
        if len(body) > self.largest:
            return 413, b"{}"
        if self.failing:
            self.failing -= 1
            return 503, b'{"error": {"type": "unavailable", "reason": "no master"}}'
        if self.silent:
            self.silent -= 1
            self.passed_on(handler, body)
            self._over.wait()
            return None
        return self._some_busy(handler, body)

    def _some_busy(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        lines = body.splitlines()
        pairs: list[Pair] = list(zip(lines[::2], lines[1::2], strict=True))
        taken = [pair for pair in pairs if not self.busy(_id(pair))]
        told: list[dict[str, Any]] = []
        if taken:
            status, answer = self.passed_on(
                handler, b"\n".join(line for p in taken for line in p) + b"\n"
            )
            if status != 200:
                return status, answer
            told = json.loads(answer)["items"]
        refused = {"index": {"status": self.status, "error": BUSY}}
        waiting = iter(told)
        items = [next(waiting) if pair in taken else refused for pair in pairs]
        return 200, json.dumps({"items": items}).encode()

    def passed_on(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        """What Elasticsearch answers."""
        connection = http.client.HTTPConnection(self._upstream, timeout=30)
        kept = {
            name: handler.headers[name]
            for name in ("Accept", "Content-Type")
            if handler.headers[name]
        }
        connection.request(handler.command, handler.path, body or None, kept)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, read

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        faults = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = faults.answer(self, body)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer[0])
                self.send_header("X-Elastic-Product", faults.product)
                self.send_header(
                    "Content-Type", "application/vnd.elasticsearch+json;compatible-with=9"
                )
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                """Say nothing: tests count requests themselves."""

        return Handler


def _id(pair: Pair) -> str:
    (deed,) = json.loads(pair[0]).values()
    return str(deed["_id"])
