"""A web process in a thread, on loopback: the real door and writer behind a minimal server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from structlog.testing import capture_logs

from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.writer import Writer
from tests.support.world import World

Answers = list[tuple[int, dict[str, str]]]


class _Handler(BaseHTTPRequestHandler):
    """Passes a request on to the ASGI application of its server."""

    protocol_version = "HTTP/1.1"
    server: "WebServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        if self.server.first:
            status, headers = self.server.first.pop(0)
            return self._send(status, headers, b'{"title": "not now"}')
        status, body = asyncio.run(self._ask(body))
        return self._send(status, {}, body)

    async def _ask(self, body: bytes) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []
        headers = [(k.lower().encode(), v.encode()) for k, v in self.headers.items()]
        scope = {"type": "http", "method": "POST", "path": self.path, "headers": headers}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.server.door(scope | {"client": ("127.0.0.1", 1)}, receive, send)
        return sent[0]["status"], sent[1]["body"]

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"content-length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests say what they see."""


class WebServer(ThreadingHTTPServer):
    """Takes events as the web process does; `first` are answers it gives before that."""

    daemon_threads = True

    def __init__(self, door: WebhookDoor, first: Answers) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.door = door
        self.first = first
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def web(world: World, first: Answers | None = None) -> Iterator[WebServer]:
    """A web process on the world's database."""
    writer = Writer(world.database, clock=world.clock, wake=lambda: None)
    door = WebhookDoor(world.settings, writer, world.container.ids, world.clock)
    server = WebServer(door, first or [])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    writer.start()
    thread.start()
    try:
        with capture_logs():  # the door's own log would go to the command's stdout
            yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        writer.stop()
