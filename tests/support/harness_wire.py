"""Requests as no well-meaning client sends them: bytes on a socket, at a pace of their own."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from pipeline.webhooks.signatures.standard import sign_standard
from tests.support.world import SECRET

LONGEST = 30.0
"""Seconds until a socket that nobody answers is given up."""


def head(body: bytes, *, length: int | None, id_: str = "msg_wire", **more: str) -> bytes:
    """The head of a signed request for `body`; `length` None: chunked. `more`: further headers."""
    headers = {
        "host": "blog.example",
        "content-type": "application/json",
        **sign_standard(body, message_id=id_, secret=SECRET, now=datetime.now(UTC)),
        **({"transfer-encoding": "chunked"} if length is None else {"content-length": str(length)}),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST /webhooks/blog HTTP/1.1", *lines, "", ""]).encode()


@contextmanager
def dialled(port: int) -> Iterator[socket.socket]:
    """A connection to loopback `port`."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as wire:
        yield wire


def status(wire: socket.socket) -> int | None:
    """The status of the next answer; None where the connection ends without one."""
    answer = b""
    while b"\r\n" not in answer:
        try:
            part = wire.recv(4096)
        except ConnectionResetError:
            part = b""
        if not part:
            return None
        answer += part
    return int(answer.split(b" ", 2)[1])


def say(port: int, *parts: bytes) -> int | None:
    """Send the parts one after the other and read the status."""
    with dialled(port) as wire:
        for part in parts:
            wire.sendall(part)
        return status(wire)


def drip(wire: socket.socket, piece: bytes, *, every: float, within: float) -> float:
    """Send `piece` again and again until the other side hangs up; the seconds that took.

    Raises AssertionError where it still listens after `within` seconds.
    """
    pause, begun = threading.Event(), time.monotonic()
    wire.settimeout(every)
    while time.monotonic() < begun + within:
        try:
            wire.sendall(piece)
            if wire.recv(4096) == b"":
                return time.monotonic() - begun
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            return time.monotonic() - begun
        pause.wait(every)
    raise AssertionError(f"still open after {within:g} s of dripping")


def silent_for(wire: socket.socket) -> float:
    """Say nothing more; the seconds until the other side hangs up."""
    begun = time.monotonic()
    while wire.recv(4096):
        pass
    return time.monotonic() - begun


def chunks(parts: Sequence[bytes]) -> Iterator[bytes]:
    """Parts in chunked transfer coding (RFC 9112, 7.1), without the last chunk."""
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part)


def most_memory(pid: int) -> int:
    """Bytes of memory that a process has held at most so far (VmHWM, proc(5))."""
    with open(f"/proc/{pid}/status") as lines:  # noqa: PTH123 - read line by line, not a path's affair
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
