"""What tests ask of an installation from outside: the tables, and what Redis holds."""

import http
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import redis

from tests.support.harness import Installation
from tests.support.harness_oracle import Ask, Findings, examine, open_deliveries, reading
from tests.support.harness_processes import until
from tests.support.harness_senders import Answer, Fleet, Message, comment

QUEUE = "afterword:comments"
"""The Redis list of the queue `comments`: the transport's prefix and the queue's name."""
DELIVERIES = "SELECT event_id, state, attempts, dispatches, last_error FROM delivery"


class Watch:
    """Questions to one installation's tables."""

    def __init__(self, installation: Installation) -> None:
        self._folder = installation.place.folder
        self._url = installation.place.environ.get("AFTERWORD_DATABASE_URL")

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        """A function that runs a query."""
        with reading(self._folder, self._url) as ask:
            yield ask

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        """What a query gives."""
        with self.asking() as ask:
            return ask(sql)

    def stored(self) -> Sequence[str]:
        """The ids of the messages that the log holds, in order of arrival."""
        rows = self.rows("SELECT external_id FROM event WHERE source = 'blog' ORDER BY id")
        return [name for (name,) in rows]

    def drained(self, within: float = 90.0) -> None:
        """Wait until every comment's delivery is done or dead."""
        with self.asking() as ask:
            until(lambda: not open_deliveries(ask), within=within, what="drained", every=0.05)

    def findings(self, messages: Sequence[Message]) -> Findings:
        """What became of messages that all were acknowledged."""
        ids = [message.id for message in messages]
        with self.asking() as ask:
            return examine(ask, acknowledged=ids, sent=ids)

    def in_order_of_arrival(self) -> bool:
        """Whether comments got their verdicts in the order in which they came."""
        facts = self.rows(
            "SELECT external_id FROM event WHERE external_id LIKE 'verdict:%' ORDER BY id"
        )
        came = [int(name.split(":")[1]) for (name,) in facts]
        return came == sorted(came)


def send_all(port: int, messages: Sequence[Message], *, within: float = 60.0) -> Fleet:
    """Send messages, each until it is answered; all must be taken."""
    fleet = Fleet(port, messages, within=within)
    fleet.start()
    fleet.join()
    assert len(fleet.acknowledged) == len(messages), (fleet.tries, fleet.refused, fleet.given_up)
    return fleet


def refused_for_now(answer: Answer) -> None:
    """Assert that a sender is told to come again."""
    assert answer.status == http.HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"


def comments(number: int, *, first: int = 0) -> list[Message]:
    """So many different comments."""
    return [comment(first + each) for each in range(number)]


class Broker:
    """What a Redis holds, asked with a client of the test's own."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, socket_timeout=5)

    def waiting(self) -> int:
        """Messages in the line for comments."""
        return int(self.client.llen(QUEUE))  # type: ignore[arg-type] # an int, of a sync client

    def memory(self) -> int:
        """Bytes in use."""
        return int(self.client.info("memory")["used_memory"])  # type: ignore[index] # sync client

    def configure(self, **values: object) -> None:
        """CONFIG SET."""
        for name, value in values.items():
            self.client.config_set(name.replace("_", "-"), str(value))

    def close(self) -> None:
        """Hang up."""
        self.client.close()
