"""What happens when the system has no room for another child."""

import os
import resource
from collections.abc import Iterator

import pytest

from pipeline.supervisor.child import fork_child
from pipeline.supervisor.lifeline import Lifeline
from tests.unit.supervisor import scenes


@pytest.fixture
def lifeline() -> Iterator[Lifeline]:
    """A lifeline that is closed again."""
    line = Lifeline()
    yield line
    line.close()


@pytest.fixture
def spare(lifeline: Lifeline) -> Iterator[list[int]]:
    """The three last descriptors this process may have: room for one pipe and a half."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lifeline.writer + 64, before[1]))
    taken = []
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        last = taken[-3:]
    for descriptor in last:
        os.close(descriptor)
    yield last
    for descriptor in taken[:-3]:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_fork_without_room_for_its_pipes_leaves_none_open(
    lifeline: Lifeline, spare: list[int]
) -> None:
    with pytest.raises(OSError, match="Too many open files"):
        fork_child(scenes.service("web", scenes.serve), lifeline, [])
    again = [os.open(os.devnull, os.O_RDONLY) for _ in spare]
    for descriptor in again:
        os.close(descriptor)
    assert again == spare
