"""The simulator as an ASGI app: bodies read, answers sent, connections broken, streams kept open."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import msgspec

from tests.simulators.x.control import Control
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.streams import KEEP_ALIVE, Streams
from tests.simulators.x.webhooks import Webhooks
from tests.simulators.x.wire import Answer, Request, query_of

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_TICK = 0.25
# SO_LINGER with no time: closing sends a reset, not an end.
_RESET = struct.pack("ii", 1, 0)


class App:
    """One simulator on the wire. `close` ends streams and silences, so that a server can stop.

    `transport` carries webhooks; None: real HTTP. `keep_alive`: real seconds between a stream's
    empty lines.
    """

    def __init__(
        self,
        simulator: Simulator,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        keep_alive: float = KEEP_ALIVE,
    ) -> None:
        self.simulator = simulator
        self.webhooks = Webhooks(transport)
        self._control = Control(simulator)
        self._streams = Streams(simulator, keep_alive)
        self._closing = False

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = await _read(scope, receive)
            if request.path.startswith("/_sim/"):
                await self._say(await self._controlled(request), receive, send)
            else:
                await self._say(self.simulator.handle(request), receive, send)

    def close(self) -> None:
        """Let everything end that goes on by itself."""
        self._closing = True

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        ticking = asyncio.create_task(self._tick())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        """Time passes, and events go out, also while nobody asks."""
        while True:
            self.simulator.catch_up()
            await self._deliver()
            await asyncio.sleep(_TICK)

    async def _deliver(self) -> int:
        outbox = self.simulator.activity.outbox
        return await self.webhooks.deliver(outbox) if outbox else 0

    async def _controlled(self, request: Request) -> Answer:
        if request.path == "/_sim/webhooks" and request.method == "POST":
            given = msgspec.json.decode(request.body, type=dict[str, str])
            secret = self.simulator.credentials.app(given.get("app", "")).consumer_secret
            webhook = await self.webhooks.register(given["url"], secret)
            return Answer(200, {"id": webhook.id, "valid": webhook.valid})
        if request.path == "/_sim/deliver":
            await self._deliver()
            delivered, failed = self.webhooks.delivered, self.webhooks.failed
            return Answer(200, {"delivered": delivered, "failed": failed})
        answer = self._control.handle(request)
        if request.method == "POST":
            await self._deliver()
        return answer

    async def _say(self, answer: Answer, receive: Receive, send: Send) -> None:
        await self._pause(answer.delay)
        if answer.feed:
            await self._streams.run(answer, receive, send, lambda: self._closing)
        elif answer.cut == "half":
            await _start(answer, send, len(answer.encoded()))
            body = answer.encoded()
            part = {"type": "http.response.body", "body": body[: len(body) // 2]}
            await send({**part, "more_body": True})
            await _break(send)
        elif answer.cut:
            await self._pause(answer.silence)
            await _break(send)
        else:
            body = answer.encoded()
            await _start(answer, send, len(body))
            await send({"type": "http.response.body", "body": body})

    async def _pause(self, real_seconds: float) -> None:
        until = asyncio.get_running_loop().time() + real_seconds
        while not self._closing and (left := until - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110 - closed from another thread
            await asyncio.sleep(min(left, 0.1))


async def _start(answer: Answer, send: Send, length: int) -> None:
    headers = {"content-type": answer.media, "content-length": str(length), **answer.headers}
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})


async def _break(send: Send) -> None:
    """Reset the connection; ConnectionResetError where there is none, as within a test."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the simulated network broke the connection")
    plain = transport.get_extra_info("socket")
    if plain is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()
    await asyncio.sleep(0)  # the server takes note, and sends no 500


async def _read(scope: dict[str, Any], receive: Receive) -> Request:
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = query_of(scope["query_string"])
    return Request(scope["method"], scope["path"], query, headers, b"".join(parts))
