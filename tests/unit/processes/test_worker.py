"""What a worker gives back that is asked to stop."""

from collections.abc import Iterator
from weakref import WeakSet

import pytest
from celery.worker import state

from pipeline.domain.duties import Due
from pipeline.processes.worker import reserved


class Request:
    """As much of a task as is asked of it."""

    def __init__(self, number: int) -> None:
        self.id = f"{number}.comments.moderate.1"


class Moving(WeakSet[Request]):
    """Requests, of which a thread ends one whenever they are looked through."""

    ending: list[Request]

    def __iter__(self) -> Iterator[Request]:
        for each in super().__iter__():
            if Moving.ending:
                self.discard(Moving.ending.pop())
            yield each


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Eight that were taken; the first was begun, the last three end now."""
    made = [Request(number) for number in range(8)]
    Moving.ending = made[5:]
    monkeypatch.setattr(state, "reserved_requests", Moving(made))
    monkeypatch.setattr(state, "active_requests", WeakSet(made[:1]))
    return made


def test_what_was_not_begun_is_given_back_though_threads_go_on(requests: list[Request]) -> None:
    found = sorted(reserved())
    assert found == [Due(number, "comments.moderate", 0) for number in range(1, 5)]
    assert len(requests) == 8
