"""Senders that hold a connection and say little ("slow loris"): each is hung up on in bounded time."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.support.harness import Installation, settle_in
from tests.support.harness_processes import Nursery
from tests.support.harness_senders import comment, post
from tests.support.harness_wire import dialled, drip, head, silent_for, status

pytestmark = pytest.mark.faults

READ_WITHIN = 10.0
"""Seconds a sender gets for a head, and again for a body (pipeline.processes.patience)."""
HUNG_UP_WITHIN = READ_WITHIN + 5


def dripping_body(port: int) -> tuple[int | None, float]:
    with dialled(port) as wire:
        wire.sendall(head(b"{}", length=200) + b"{")
        return status(wire), drip(wire, b" ", every=0.3, within=HUNG_UP_WITHIN)


def body_that_never_begins(port: int) -> tuple[int | None, float]:
    with dialled(port) as wire:
        wire.sendall(head(b"{}", length=200))
        return status(wire), silent_for(wire)


def dripping_head(port: int) -> tuple[int | None, float]:
    with dialled(port) as wire:
        wire.sendall(b"POST /webhooks/blog HTTP/1.1\r\n")
        return None, drip(wire, b"x-more: 1\r\n", every=0.3, within=HUNG_UP_WITHIN)


def silence(port: int) -> tuple[int | None, float]:
    with dialled(port) as wire:
        return None, silent_for(wire)


def dripping_after_an_answer(port: int) -> tuple[int | None, float]:
    message = comment("kept")
    with dialled(port) as wire:
        wire.sendall(head(message.body, length=len(message.body), id_=message.id) + message.body)
        return status(wire), drip(wire, b"\r\n", every=0.3, within=HUNG_UP_WITHIN)


SENDERS: tuple[Callable[[int], tuple[int | None, float]], ...] = (
    dripping_body,
    body_that_never_begins,
    dripping_head,
    silence,
    dripping_after_an_answer,
)


@pytest.fixture(scope="module")
def outcomes(
    nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[tuple[int | None, float]]]]:
    """All of them at once: their patience is waited for once."""
    folder = tmp_path_factory.mktemp("front")
    front = Installation(
        nursery, settle_in(folder, f"redis+socket://{folder}/none.sock?virtual_host=0")
    )
    front.start("web-alone")
    with ThreadPoolExecutor(len(SENDERS)) as threads:
        yield {each.__name__: threads.submit(each, front.port) for each in SENDERS}
        assert post(front.port, comment("meanwhile")).status == 202
    front.close()


@pytest.mark.parametrize(
    ("sender", "answer"),
    [
        (dripping_body, 408),
        (body_that_never_begins, 408),
        (dripping_head, None),
        (silence, None),
        (dripping_after_an_answer, 202),
    ],
)
def test_who_holds_a_connection_is_hung_up_on(
    outcomes: Mapping[str, Future[tuple[int | None, float]]],
    sender: Callable[[int], object],
    answer: int | None,
) -> None:
    status_, seconds = outcomes[sender.__name__].result(3 * READ_WITHIN)
    assert status_ == answer
    assert seconds < HUNG_UP_WITHIN
