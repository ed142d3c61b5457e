"""A website for tests: pages, their validators, faults on demand, and every request kept."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HTML = "text/html; charset=utf-8"


@dataclass
class Page:
    """What is at a path. With `validated` it answers 304 to whoever has it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = HTML
    validated: bool = True


@dataclass
class Asked:
    """A request: its path without the query, the query, and the headers in lower case."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


Answerer = Callable[[Asked], Page]


class Website:
    """Set `pages`, or `answers` for paths that compute; read `asked`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, Page] = {}
        self.answers: dict[str, Answerer] = {}
        self.asked: list[Asked] = []

    def put(self, path: str, body: str | bytes, **more: object) -> None:
        """A page at a path; MARK in it is the site's URL."""
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(content.replace(b"MARK", self.url.encode()), **more)  # type: ignore[arg-type]

    def paths(self) -> list[str]:
        """What was asked for since the last call."""
        found = [each.path for each in self.asked]
        self.asked.clear()
        return found

    def answer(self, asked: Asked) -> Page:
        self.asked.append(asked)
        if asked.path in self.answers:
            return self.answers[asked.path](asked)
        return self.pages.get(asked.path, Page(status=404))


@contextmanager
def website() -> Iterator[Website]:
    """A website on a port of its own, for as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.site = site = Website(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        page = self.server.site.answer(Asked(parts.path, query, headers))  # type: ignore[attr-defined]
        etag = f'"{sha256(page.body).hexdigest()[:16]}"'
        fresh = page.validated and page.status == 200 and headers.get("if-none-match") == etag
        body = b"" if fresh else page.body
        self.send_response(304 if fresh else page.status)
        if page.validated and page.status == 200:
            self.send_header("ETag", etag)
        self.send_header("Content-Type", page.content_type)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the requests are kept."""


def gzipped(text: str) -> bytes:
    """A text as a gzip file."""
    return gzip.compress(text.encode(), mtime=0)
