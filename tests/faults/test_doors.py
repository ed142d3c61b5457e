"""What a hostile or broken sender can do to the web process: nothing that lasts."""

import gzip
import socket
from collections.abc import Iterator

import pytest

from tests.support.harness import Installation, settle_in
from tests.support.harness_oracle import reading
from tests.support.harness_processes import Nursery, Running
from tests.support.harness_senders import comment, post
from tests.support.harness_wire import chunks, dialled, head, most_memory, say, status

pytestmark = pytest.mark.faults

MIB = 1 << 20


class Front(Installation):
    """An installation with one web process, and no Redis anywhere."""

    web: Running


@pytest.fixture(scope="module")
def front(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    front = Front(nursery, settle_in(folder, f"redis+socket://{folder}/none.sock?virtual_host=0"))
    front.web = front.start("web-alone")
    yield front
    assert post(front.port, comment("last")).status == 202, "the web process did not survive"
    front.close()


def stored(front: Front, id_: str) -> int:
    with reading(front.place.folder, None) as ask:
        return len([name for (name,) in ask("SELECT external_id FROM event") if name == id_])


def test_a_body_cut_short_is_stored_nowhere(front: Front) -> None:
    message = comment("cut")
    with dialled(front.port) as wire:
        wire.sendall(head(message.body, length=len(message.body), id_=message.id))
        wire.sendall(message.body[:-5])
    assert post(front.port, comment("after-the-cut")).status == 202
    assert stored(front, message.id) == 0


@pytest.mark.parametrize("length", [300_000, 5 * MIB])
def test_a_declared_body_over_the_limit_is_413_before_it_is_read(front: Front, length: int) -> None:
    assert say(front.port, head(b"", length=length)) == 413


def test_chunks_are_counted_while_they_come(front: Front) -> None:
    with dialled(front.port) as wire:
        wire.sendall(head(b"", length=None))
        for part in chunks([b"x" * 65_536] * 6):
            wire.sendall(part)
        assert status(wire) == 413


def test_a_bomb_of_5_mb_is_413_and_costs_no_memory(front: Front) -> None:
    bomb = gzip.compress(b" " * (5 * MIB) + comment("bomb").body)
    headers = {"content-encoding": "gzip"}
    before = most_memory(front.web.pid)
    for _ in range(5):
        assert _send(front, bomb, **headers) == 413
    assert most_memory(front.web.pid) - before < 8 * MIB


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"type": "comment.posted", "data": {"id": "\xff\xfe"}}', id="bad UTF-8"),
        pytest.param(b"\x00" * 100, id="NUL bytes"),
        pytest.param(b'{"type": "a.b", "data": {"text": "\\u0000"}}', id="escaped NUL"),
        pytest.param(b'{"type": "a.b", "data": {"text": "\\ud800"}}', id="half a surrogate"),
        pytest.param(b'{"type": "a.b", "data": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", id="deep"),
        pytest.param(b'{"type": "a.b", "data": ' + b'{"a":' * 10_000, id="deep and open"),
        pytest.param(b'{"type": "a.b", "data": ' + b"9" * 100_000 + b"}", id="a long number"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_can_not_be_read_is_refused_and_the_next_message_is_taken(
    front: Front, body: bytes, request: pytest.FixtureRequest
) -> None:
    before = most_memory(front.web.pid)
    assert _send(front, body) in {400, 422}
    assert stored(front, "msg_wire") == 0
    assert most_memory(front.web.pid) - before < 8 * MIB
    assert post(front.port, comment(f"next-{abs(hash(request.node.name))}")).status == 202


def test_a_head_without_end_is_hung_up_on_with_bounded_memory(front: Front) -> None:
    before = most_memory(front.web.pid)
    with dialled(front.port) as wire:
        answered = _flood(wire)
    assert answered is None or 400 <= answered < 500
    assert most_memory(front.web.pid) - before < 16 * MIB


def _flood(wire: socket.socket) -> int | None:
    try:
        wire.sendall(b"POST /webhooks/blog HTTP/1.1\r\n")
        for _ in range(4096):
            wire.sendall(b"x-more: " + b"y" * 16_000 + b"\r\n")
    except (BrokenPipeError, ConnectionResetError):
        return None
    return status(wire)


def _send(front: Front, body: bytes, **headers: str) -> int | None:
    return say(front.port, head(body, length=len(body), **headers), body)
