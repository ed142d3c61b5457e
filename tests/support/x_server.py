"""A server on loopback that answers as it is told: X, and X on its bad days."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request that came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]


class Reply(NamedTuple):
    """What is sent back. `cut` bytes of the body are promised and never sent; `body` may trickle."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}
    cut: int = 0
    trickle: float = 0.0
    stall: float = 0.0


Answer = Callable[[Asked], Reply]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "XServer"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self._answer(_single(body))

    def _answer(self, form: Mapping[str, str]) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, _single(parts.query), headers, form)
        reply = self.server.take(asked)
        self.server.closing.wait(reply.stall)
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + reply.cut))
        self.end_headers()
        self._send(body, reply.trickle)
        self.close_connection = bool(reply.cut)

    def _send(self, body: bytes, trickle: float) -> None:
        step = 1 if trickle else 1 << 20
        for start in range(0, len(body), step):
            try:
                self.wfile.write(body[start : start + step])
            except OSError:  # the client had enough
                self.close_connection = True
                return
            if trickle and self.server.closing.wait(trickle):
                return

    def log_message(self, *_: Any) -> None:
        """Tests say what they see."""


class XServer(ThreadingHTTPServer):
    """Answers with `replies` in order, then with `otherwise`; keeps what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, otherwise: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.otherwise = otherwise
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._turn = threading.Lock()

    def take(self, asked: Asked) -> Reply:
        with self._turn:
            self.asked.append(asked)
            if self.replies:
                return self.replies.pop(0)
        return self.otherwise(asked)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the test."""


@contextmanager
def x_server(otherwise: Answer | None = None) -> Iterator[XServer]:
    """A server that runs while the block does."""
    server = XServer(otherwise or (lambda _asked: Reply(404, {"title": "not told what to say"})))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
