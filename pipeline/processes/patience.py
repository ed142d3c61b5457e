"""How long a connection may keep the server waiting, and how much it may say before it asks.

uvicorn gives a head all the time and room in the world (its only timeout is between requests), so a
few thousand silent or dripping connections would hold every descriptor ("slow loris").
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pipeline.problems import MEDIA_TYPE, ProblemError

HEAD_WITHIN_S = 10.0
"""From the connection, or the answer before, to the end of a request's head."""
BODY_WITHIN_S = 10.0
"""From the end of the head to the end of the body; then the answer is 408."""
HEAD_LIMIT = 65_536
"""Bytes of a head: everything else about a request is limited by those who read it."""


_LATE = ProblemError(
    "timeout", f"the body did not arrive within {BODY_WITHIN_S:.0f} seconds"
).body()
_TOO_LATE = (
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: %b\r\n"
    b"content-length: %d\r\n\r\n%b" % (MEDIA_TYPE, len(_LATE), _LATE)
)


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a deadline on what the other side has to say.

    One timer per connection looks at the deadline, which costs a request nothing but setting it.
    """

    _deadline: float | None = None
    _timer: asyncio.TimerHandle | None = None
    _head: int | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head = 0
        self._expect_within(HEAD_WITHIN_S)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None and not self.transport.is_closing():
            self._head += len(data)
            if self._head > HEAD_LIMIT:
                self.send_400_response(f"a request's head may hold {HEAD_LIMIT} bytes")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        self._head = None
        self._expect_within(BODY_WITHIN_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._deadline = None  # now the other side waits for us
        if self.cycle.response_complete:  # it was answered before it had said all
            self._expect_within(HEAD_WITHIN_S)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._deadline is None and self.cycle.response_complete:
            self._expect_within(HEAD_WITHIN_S)

    def _expect_within(self, seconds: float) -> None:
        self._deadline = self.loop.time() + seconds

    def _look(self) -> None:
        now = self.loop.time()
        if self._deadline is not None and now >= self._deadline:
            self._hang_up()
            return
        # Nothing that begins after this look is due before the next.
        due = now + HEAD_WITHIN_S if self._deadline is None else self._deadline
        self._timer = self.loop.call_at(due, self._look)

    def _hang_up(self) -> None:
        in_body = self._head is None and self.cycle is not None
        if in_body and not self.cycle.response_started:
            self.transport.write(_TOO_LATE)
            self.transport.close()
        else:
            self.transport.abort()
