"""The proxy itself: a fault that does not happen would prove everything."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.proxy import Proxy

pytestmark = pytest.mark.faults


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """In front of a server that says everything back."""
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_echo, args=(server,), daemon=True).start()
    with Proxy(server.getsockname()[1]) as proxy:
        yield proxy
    server.close()


def test_it_passes_bytes_both_ways_and_slowly_where_asked(proxy: Proxy) -> None:
    with _dial(proxy) as line:
        assert _ask(line) == b"hello"
        proxy.slow(0.1)
        begun = time.monotonic()
        assert _ask(line) == b"hello"
        assert time.monotonic() - begun >= 0.2


def test_frozen_it_passes_nothing_until_it_is_thawed(proxy: Proxy) -> None:
    with _dial(proxy) as line:
        proxy.freeze()
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            _ask(line)
        proxy.thaw()
        line.settimeout(5)
        assert line.recv(10) == b"hello"


def test_a_reset_breaks_connections_and_down_refuses_new_ones(proxy: Proxy) -> None:
    with _dial(proxy) as line:
        assert _ask(line) == b"hello"
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            line.recv(10)
    proxy.down()
    with pytest.raises(ConnectionRefusedError):
        _dial(proxy)
    proxy.up()
    with _dial(proxy) as line:
        assert _ask(line) == b"hello"


def _dial(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def _ask(line: socket.socket) -> bytes:
    line.sendall(b"hello")
    return line.recv(10)


def _echo(server: socket.socket) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_repeat, args=(line,), daemon=True).start()


def _repeat(line: socket.socket) -> None:
    with line:
        try:
            while piece := line.recv(4096):
                line.sendall(piece)
        except OSError:
            return
