"""How long a connection may keep the server waiting, and how much it may say before it asks.

uvicorn gives a head all the time and room in the world (its only timeout is between requests), so a
few thousand silent or dripping connections would hold every descriptor ("slow loris").
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pipeline.problems import MEDIA_TYPE, ProblemError

HEAD_WITHIN_S = 10.0
"""From the connection, or the answer before, to the end of a request's head."""
BODY_WITHIN_S = 10.0
"""From the end of the head to the end of the body; then the answer is 408."""
HEAD_LIMIT = 65_536
"""Bytes of a head: everything else about a request is limited by those who read it."""
LOOK_EVERY_S = 1.0

_LATE = ProblemError(
    "timeout", f"the body did not arrive within {BODY_WITHIN_S:.0f} seconds"
).body()
_TOO_LATE = (
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: %b\r\n"
    b"content-length: %d\r\n\r\n%b" % (MEDIA_TYPE, len(_LATE), _LATE)
)


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a limit on how long a head may grow."""

    _head = 0
    waiting_for: tuple[str, Any] | None = None
    """What the other side owed us when last looked at: "head" or "body", after or of which cycle."""
    waiting_since = 0.0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.in_head():
            self._head = 0
        elif not self.transport.is_closing():
            self._head += len(data)
            if self._head > HEAD_LIMIT:
                self.send_400_response(f"a request's head may hold {HEAD_LIMIT} bytes")

    def in_head(self) -> bool:
        """Whether the next thing to come is (the rest of) a head."""
        return self.cycle is None or self.cycle.response_complete

    def in_body(self) -> bool:
        """Whether the rest of a body is to come."""
        return not self.in_head() and bool(self.cycle.more_body)

    def hang_up(self) -> None:
        """Say 408 where a request is half here and nothing was answered; close."""
        if self.in_body() and not self.cycle.response_started:
            self.transport.write(_TOO_LATE)
            self.transport.close()
        else:
            self.transport.abort()


def look(connections: Iterable[Any], now: float) -> None:
    """Hang up on every connection that has owed us the same thing for too long.

    Looked at once a second from outside: a request that comes in time pays nothing for it.
    """
    for connection in list(connections):
        owed = _owed(connection)
        before = connection.waiting_for
        if owed is None or before is None or owed[0] != before[0] or owed[1] is not before[1]:
            connection.waiting_for, connection.waiting_since = owed, now
        elif now - connection.waiting_since >= (
            BODY_WITHIN_S if connection.in_body() else HEAD_WITHIN_S
        ):
            connection.hang_up()


def _owed(connection: Any) -> tuple[str, Any] | None:
    if connection.in_body():
        return "body", connection.cycle
    if connection.in_head():
        return "head", connection.cycle  # the cycle itself: an id comes again when it is freed
    return None  # it waits for us


async def watch(connections: Callable[[], Iterable[Any]]) -> None:
    """Look every second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        look(connections(), loop.time())
        await asyncio.sleep(LOOK_EVERY_S)
