"""Senders of webhooks that behave as real ones: signed, and again with the same id until answered."""

import http.client
import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
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
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "el", "i", "or", "u")]


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
        "text": text or _words(number),
    }
    return event(f"msg_{number}", "comment.posted", data)


def _words(number: int | str) -> str:
    """A text of its own: alike texts cost a search for near repeats, which is not what is tested."""
    dice = random.Random(str(number))  # noqa: S311 - a repeatable text, no secret
    words = ["".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4))) for _ in range(14)]
    return " ".join(words).capitalize() + "."


def event(id_: str, type_: str, data: dict[str, object]) -> Message:
    """A message of any type."""
    return Message(id_, json.dumps({"type": type_, "data": data}).encode())


def signed(
    message: Message, *, secret: str = SECRET, now: datetime | None = None
) -> dict[str, str]:
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
    """Senders that share a pile of messages and send what is released, as fast as they can.

    It gives up `within` seconds after its start; what is left then is in `given_up`. `repeated` are
    messages whose first try was taken without an answer reaching the sender.
    """

    def __init__(self, port: int, messages: Sequence[Message], *, within: float) -> None:
        self._port, self._within = port, within
        self._messages = deque(messages)
        self._released = threading.Semaphore(0)
        self._lock = threading.Lock()
        self.acknowledged: set[str] = set()
        self.repeated: set[str] = set()
        self.refused: dict[str, Answer] = {}
        self.given_up: list[str] = []
        self.tries: Counter[str] = Counter()

    def start(self, senders: int = 8) -> None:
        """Start the senders, in threads."""
        self._end = time.monotonic() + self._within
        self._threads = [
            threading.Thread(target=self._send_all, name=f"sender-{n}", daemon=True)
            for n in range(senders)
        ]
        for thread in self._threads:
            thread.start()

    def release(self, number: int) -> None:
        """Let so many more messages go."""
        self._released.release(number)

    def join(self) -> None:
        """Release what is left, and wait until every message was answered or given up."""
        self.release(len(self._messages) + len(self._threads))
        for thread in self._threads:
            thread.join(self._within + 2 * PATIENCE)
            assert not thread.is_alive(), "a sender hangs"

    def _send_all(self) -> None:
        connection = Line(self._port)
        while self._released.acquire(timeout=self._within):
            try:
                message = self._messages.popleft()
            except IndexError:
                break
            self._deliver(message, connection)
        connection.hang_up()

    def _deliver(self, message: Message, connection: "Line") -> None:
        pause = SOONEST
        while time.monotonic() < self._end:
            answer = connection.ask(message)
            if isinstance(answer, Answer) and answer.status not in AGAIN:
                self._settle(message, answer)
                return
            with self._lock:
                self.tries[str(answer.status) if isinstance(answer, Answer) else answer] += 1
            threading.Event().wait(pause)
            pause = min(2 * pause, LATEST)
        self.given_up.append(message.id)

    def _settle(self, message: Message, answer: Answer) -> None:
        with self._lock:
            self.tries[str(answer.status)] += 1
            if answer.status not in TAKEN:
                self.refused[message.id] = answer
                return
            self.acknowledged.add(message.id)
            if answer.status == http.HTTPStatus.OK:
                self.repeated.add(message.id)


class Line:
    """A connection that is kept, and made again after it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, message: Message) -> Answer | str:
        """The answer, or the name of what came instead of one."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            return _ask(self._connection, message, signed(message))
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            return type(error).__name__

    def hang_up(self) -> None:
        """Close it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
