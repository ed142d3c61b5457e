"""Waiting on loopback for the browser that X sends back (RFC 8252, section 7.3)."""

import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from pipeline.errors import StartError

PATH = "/callback"
_HOST = "127.0.0.1"
_HEARD = (
    b'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
    b"<title>Afterword</title>"
    b"<p>Afterword has the answer; the terminal says what came of it. You can close this page."
)
_SECONDS_PER_READ = 5
_POLL = 0.5


class Listener(HTTPServer):
    """Takes one answer. Closes its port when the block ends."""

    def __init__(self, port: int) -> None:
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            raise StartError(
                f"port {port} can't be listened on ({error.strerror}): choose another with --port"
                " (and name it in the X app's callback addresses), or use --paste"
            ) from error
        self.accepts: Callable[[str], bool] = lambda _address: False
        self.address: str | None = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server_close()

    def __enter__(self) -> Self:
        return self

    def wait(self, accepts: Callable[[str], bool], *, seconds: float) -> str:
        """The address that the browser came to. Others are turned away. Raises StartError."""
        self.accepts = accepts
        self.timeout = _POLL
        deadline = time.monotonic() + seconds
        while self.address is None:
            if time.monotonic() > deadline:
                raise StartError(
                    f"nobody came back within {seconds:g} s: try again, or use --paste"
                )
            self.handle_request()
        return self.address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever broke off is no concern of ours."""


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    timeout = _SECONDS_PER_READ

    def do_GET(self) -> None:
        mine = urlsplit(self.path).path == PATH and self.server.accepts(self.path)
        self.send_response(HTTPStatus.OK if mine else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Referrer-Policy", "no-referrer")  # the address holds the code
        self.end_headers()
        if mine:
            self.wfile.write(_HEARD)
            self.server.address = self.path

    def log_message(self, *_: Any) -> None:
        """The address holds a code: it is not for a log."""


def callback_uri(port: int) -> str:
    """The address that the X app must have among its callback addresses."""
    return f"http://{_HOST}:{port}{PATH}"
