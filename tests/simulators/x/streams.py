"""The activity stream on the wire: a line per event, and empty ones so that nobody thinks it dead."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from tests.simulators.x.simulator import Simulator
from tests.simulators.x.wire import Answer

KEEP_ALIVE = 20.0
"""Real seconds."""
_LOOK = 0.05


class Streams:
    """Feeds that are read."""

    def __init__(self, simulator: Simulator, keep_alive: float) -> None:
        self._sim = simulator
        self._keep_alive = keep_alive

    async def run(
        self,
        answer: Answer,
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
        over: Callable[[], bool],
    ) -> None:
        """Send a feed's lines until the reader leaves, or it is `over`."""
        feed = answer.feed
        if feed is None:
            return
        headers = {"content-type": answer.media, **answer.headers}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        gone = asyncio.ensure_future(receive())
        try:
            silent = self._keep_alive  # one at once: the reader sees that it is connected
            while not gone.done() and not over():
                self._sim.catch_up()
                silent = await self._pass_on(feed.lines, send, silent)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._sim.activity.leave(feed)

    async def _pass_on(
        self,
        lines: deque[bytes],
        send: Callable[[dict[str, Any]], Awaitable[None]],
        silent: float,
    ) -> float:
        body = b"".join(lines.popleft() + b"\r\n" for _ in range(len(lines)))
        if not body and silent >= self._keep_alive:
            body = b"\r\n"
        if body:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            return 0.0
        await asyncio.sleep(_LOOK)
        return silent + _LOOK
