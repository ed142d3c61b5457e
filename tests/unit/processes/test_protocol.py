"""The web process's protocol: a door's answer in one piece, and uvicorn's way wherever that is due."""

import asyncio
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from pipeline.processes.protocol import SiteProtocol
from pipeline.webhooks.answers import Answer, send_answer

POST = b"POST /webhooks/blog HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n%b\r\n{}"


class Wire(asyncio.Transport):
    """A transport that keeps what was written."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 1), "peername": ("127.0.0.1", 2)})
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def answering(*answers: Answer) -> Any:
    waiting = list(answers)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await asyncio.sleep(0)
        await send_answer(scope, send, waiting.pop(0), b"r1")

    return app


def talk(app: Any, said: Sequence[bytes]) -> tuple[Wire, SiteProtocol]:
    async def run() -> tuple[Wire, SiteProtocol]:
        state = ServerState()
        state.default_headers = [(b"date", b"today")]
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        wire, protocol = Wire(), SiteProtocol(config, state, {})
        protocol.connection_made(wire)
        for data in said:
            protocol.data_received(data)
        while state.tasks:
            await asyncio.wait(set(state.tasks))
        return wire, protocol

    return asyncio.run(run())


def test_an_answer_is_one_piece() -> None:
    wire, protocol = talk(answering(Answer(202, b"{}")), [POST % b""])
    assert wire.written == [
        (
            b"HTTP/1.1 202 Accepted\r\ndate: today\r\ncontent-type: application/json\r\n"
            b"content-length: 2\r\nx-request-id: r1\r\n\r\n{}"
        )
    ]
    assert (wire.closed, protocol.server_state.total_requests) == (False, 1)


def test_who_stays_silent_is_left_to_the_watch() -> None:
    _, protocol = talk(answering(Answer(202, b"{}")), [POST % b""])
    assert protocol.timeout_keep_alive_task is None
    assert protocol.in_head()


def test_pipelined_requests_are_answered_in_order() -> None:
    answers = [Answer(202, b"1"), Answer(200, b"2"), Answer(202, b"3")]
    wire, protocol = talk(answering(*answers), [POST % b"" * 3])
    assert [one[-1:] for one in wire.written] == [b"1", b"2", b"3"]
    assert protocol.server_state.total_requests == 3


def test_a_head_gets_no_body() -> None:
    wire, _ = talk(
        answering(Answer(405, b"{}")), [b"HEAD /webhooks/blog HTTP/1.1\r\nhost: a\r\n\r\n"]
    )
    assert b"".join(wire.written).endswith(b"x-request-id: r1\r\n\r\n")


def test_who_asks_to_close_is_closed() -> None:
    wire, _ = talk(answering(Answer(202, b"{}")), [POST % b"connection: close\r\n"])
    assert b"connection: close\r\n" in b"".join(wire.written)
    assert wire.closed


def test_a_header_that_holds_what_somebody_sent_is_checked() -> None:
    answer = Answer(204, b"", headers=((b"webhook-allowed-origin", b"a\r\nx: y"),))
    wire, _ = talk(answering(answer), [POST % b""])
    assert b"x: y" not in b"".join(wire.written)
