"""Senders of webhooks that behave as real ones: signed, and again with the same id until answered."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.webhooks.signatures.standard import sign_standard
from tests.support.world import SECRET

PATIENCE = 10.0
"""Seconds a sender waits for an answer, as Standard Webhooks advises 15 to 30 and GitHub gives 10."""
SOONEST, LATEST = 0.05, 0.5
"""Seconds between two tries. Real senders wait longer; here they must not outlast the test."""
AGAIN = frozenset({429, 502, 503, 504})
TAKEN = frozenset({200, 202})


class Message(NamedTuple):
    """A webhook's message, not signed yet: senders sign each try anew, with the time of the try."""

    id: str
    body: bytes


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def comment(number: int | str, text: str | None = None, *, page: str | None = None) -> Message:
    """`comment.posted` number so and so, of an author and on a page among many."""
    spread = number if isinstance(number, int) else len(number)
    path = page or f"/posts/{spread % 50}/"
    data = {
        "id": f"c{number}",
        "page": path,
        "page_url": f"https://blog.example{path}",
        "author": {"name": f"Reader {number}"},
        "text": text or f"Thank you, number {number} helped me more than any other this year.",
    }
    return event(f"msg_{number}", "comment.posted", data)


def event(id_: str, type_: str, data: dict[str, object]) -> Message:
    """A message of any type."""
    return Message(id_, json.dumps({"type": type_, "data": data}).encode())


def signed(message: Message, *, secret: str = SECRET, now: datetime | None = None) -> dict[str, str]:
    """The headers of a message, signed at `now` or at this moment."""
    moment = now or datetime.now(UTC)
    headers = sign_standard(message.body, message_id=message.id, secret=secret, now=moment)
    return {**headers, "content-type": "application/json"}


def post(
    port: int, message: Message, *, headers: dict[str, str] | None = None, within: float = PATIENCE
) -> Answer:
    """Send once on a connection of its own. Raises OSError or HTTPException without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
    try:
        return _ask(connection, message, headers or signed(message))
    finally:
        connection.close()


def _ask(
    connection: http.client.HTTPConnection, message: Message, headers: dict[str, str]
) -> Answer:
    connection.request("POST", "/webhooks/blog", message.body, headers)
    response = connection.getresponse()
    body = response.read()
    names = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, names, body)


class Fleet:
    """Senders that share a pile of messages; `rate` is messages a second in all, None: no pause.

    It gives up `within` seconds after its start, whatever is left then is in `given_up`.
    """

    def __init__(
        self, port: int, messages: Sequence[Message], *, rate: float | None, within: float
    ) -> None:
        self._port, self._messages, self._rate = port, messages, rate
        self._within = within
        self._lock = threading.Lock()
        self._next = 0
        self._called_off = threading.Event()
        self.acknowledged: set[str] = set()
        self.repeated: set[str] = set()
        self.refused: dict[str, Answer] = {}
        self.given_up: list[str] = []
        self.tries: Counter[str] = Counter()

    def start(self, senders: int = 8) -> None:
        """Start sending, in threads."""
        self._begun = time.monotonic()
        self._threads = [
            threading.Thread(target=self._send_all, name=f"sender-{n}", daemon=True)
            for n in range(senders)
        ]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until every message was answered or given up."""
        for thread in self._threads:
            thread.join(self._within + 2 * PATIENCE)
            assert not thread.is_alive(), "a sender hangs"

    def call_off(self) -> None:
        """Send no more."""
        self._called_off.set()
        self.join()

    def _send_all(self) -> None:
        with suppress(IndexError):
            connection: http.client.HTTPConnection | None = None
            while not self._called_off.is_set():
                message = self._take()
                connection = self._deliver(message, connection)

    def _take(self) -> Message:
        with self._lock:
            number = self._next
            message = self._messages[number]
            self._next += 1
        if self._rate is not None:
            self._called_off.wait(max(0.0, self._begun + number / self._rate - time.monotonic()))
        return message

    def _deliver(
        self, message: Message, connection: http.client.HTTPConnection | None
    ) -> http.client.HTTPConnection | None:
        pause = SOONEST
        while time.monotonic() < self._begun + self._within and not self._called_off.is_set():
            connection = connection or http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=PATIENCE
            )
            try:
                answer = _ask(connection, message, signed(message))
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection = None
                self._note(message, type(error).__name__)
            else:
                self._note(message, str(answer.status))
                if answer.status not in AGAIN:
                    self._settle(message, answer)
                    return connection
            self._called_off.wait(pause)
            pause = min(2 * pause, LATEST)
        self.given_up.append(message.id)
        return connection

    def _note(self, _message: Message, outcome: str) -> None:
        with self._lock:
            self.tries[outcome] += 1

    def _settle(self, message: Message, answer: Answer) -> None:
        with self._lock:
            if answer.status in TAKEN:
                self.acknowledged.add(message.id)
            else:
                self.refused[message.id] = answer
            if answer.status == http.HTTPStatus.OK:
                self.repeated.add(message.id)
