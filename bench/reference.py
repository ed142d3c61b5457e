"""The yardstick: the least a durable webhook can do. `python -m bench.reference PORT DATABASE`.

One Starlette route checks the Standard Webhooks signature, decodes the envelope and hands the row
to one writer thread, which commits all that wait in one SQLite transaction (WAL, synchronous FULL)
and only then lets them answer 202. `GET /` answers at once: what the server and the load client
can do between them where nothing is stored.
"""

import asyncio
import base64
import hashlib
import hmac
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.messages import SECRET

# Keyed once and copied per request: the key's own two hashes are not done again each time.
KEYED = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), digestmod=hashlib.sha256)
TOLERANCE = 300
LARGEST_BATCH = 500
SCHEMA = """
    CREATE TABLE event (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, external_id TEXT NOT NULL,
        type TEXT NOT NULL, time TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (source, external_id)
    )
"""
INSERT = """
    INSERT INTO event (source, external_id, type, time, data)
    VALUES ('blog', ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


class Envelope(msgspec.Struct):
    """A Standard Webhooks body, its data left as it came."""

    type: str
    timestamp: str
    data: msgspec.Raw


Row = tuple[str, str, str, bytes]
DECODER = msgspec.json.Decoder(Envelope)


class Writer:
    """One thread that commits whatever waits, in one transaction."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        self._path, self._loop = path, loop
        self._waiting: queue.SimpleQueue[tuple[Row, asyncio.Future[None]] | None]
        self._waiting = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def write(self, row: Row) -> asyncio.Future[None]:
        """Hand over a row; the future is done once it is on disk."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((row, done))
        return done

    async def close(self) -> None:
        """Write what waits and end the thread."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(SCHEMA)
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < LARGEST_BATCH and not self._waiting.empty():
                item = self._waiting.get()
                if item is None:
                    self._waiting.put(None)
                    break
                batch.append(item)
            database.execute("BEGIN IMMEDIATE")
            database.executemany(INSERT, [row for row, _ in batch])
            database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_answer, [done for _, done in batch])
        database.close()


def _answer(waiting: list[asyncio.Future[None]]) -> None:
    for done in waiting:
        if not done.done():
            done.set_result(None)


def is_signed(request: Request, body: bytes) -> bool:
    """Check a Standard Webhooks v1 signature and its age (300 s either way)."""
    headers = request.headers
    message_id, sent = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(sent)) > TOLERANCE:
        return False
    mac = KEYED.copy()
    mac.update(f"{message_id}.{sent}.".encode() + body)
    ours = "v1," + base64.b64encode(mac.digest()).decode()
    return hmac.compare_digest(ours, headers["webhook-signature"])


async def webhook(request: Request) -> Response:
    """Store one event: 401 unsigned, 202 once it is on disk."""
    body = await request.body()
    if not is_signed(request, body):
        return Response(status_code=401)
    event = DECODER.decode(body)
    row = (request.headers["webhook-id"], event.type, event.timestamp, bytes(event.data))
    await request.app.state.writer.write(row)
    return Response(b'{"status":"accepted"}', 202, media_type="application/json")


async def nothing(_: Request) -> Response:
    """Answer without doing anything."""
    return Response(b"ok")


def make_app(path: str) -> Starlette:
    """Build the application over the SQLite file at `path`, which must not exist yet."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.writer = Writer(path, asyncio.get_running_loop())
        yield
        await app.state.writer.close()

    routes: list[Any] = [
        Route("/", nothing),
        Route("/webhooks/blog", webhook, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def argv(port: int, database: Path) -> list[str]:
    """Give the command that serves the yardstick."""
    return [sys.executable, "-m", "bench.reference", str(port), str(database)]


if __name__ == "__main__":
    uvicorn.run(
        make_app(sys.argv[2]),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
