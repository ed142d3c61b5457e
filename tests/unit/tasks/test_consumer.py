"""Messages that a worker takes in one go."""

from typing import Any

import msgspec
import pytest
from celery.worker import state

from pipeline.tasks.consumer import MOST_TAKEN, TAKEN_AT_ONCE, _waiting_behind


class Channel:
    """As much of a Redis channel as taking needs: `line` is what lies in Redis."""

    def __init__(self, line: int) -> None:
        self.line = [msgspec.json.encode({"number": number}) for number in range(line)]
        self.client = self

    def rpop(self, name: str, count: int) -> list[bytes] | None:
        assert name == "comments"
        taken, self.line = self.line[:count], self.line[count:]
        return taken or None

    class Message:
        def __init__(self, payload: dict[str, int], channel: "Channel") -> None:
            self.number = payload["number"]
            self.channel = channel
            self.accept: set[str] = set()
            self.delivery_info = {"routing_key": "comments"}


def taken(line: int) -> tuple[list[Any], int]:
    channel = Channel(line)
    first = Channel.Message({"number": -1}, channel)
    first.accept = {"application/json"}
    return list(_waiting_behind(first)), len(channel.line)


def test_what_waits_behind_a_message_comes_in_order() -> None:
    messages, left = taken(3)
    assert [each.number for each in messages] == [0, 1, 2]
    assert all(each.accept == {"application/json"} for each in messages)
    assert left == 0


def test_a_group_is_bounded() -> None:
    messages, left = taken(TAKEN_AT_ONCE + 5)
    assert (len(messages), left) == (TAKEN_AT_ONCE, 5)


def test_an_empty_line_is_nothing() -> None:
    assert taken(0) == ([], 0)


@pytest.mark.parametrize(("held", "more"), [(MOST_TAKEN - 2, 2), (MOST_TAKEN, 0)])
def test_a_worker_holds_no_more_than_it_may(
    held: int, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "reserved_requests", set(range(held)))
    messages, left = taken(10)
    assert (len(messages), left) == (more, 10 - more)
