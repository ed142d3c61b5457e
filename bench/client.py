"""The load client's loop: keep-alive connections over epoll, one request each under way."""

import select
import socket
import time
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterator

from bench.answers import Head, is_complete, read_head

LARGEST_READ = 1 << 18
DRAIN_SECONDS = 30.0
MOST_BROKEN = 100


class Connection:
    """One keep-alive connection and the answer that is coming in over it."""

    __slots__ = ("began", "busy", "data", "head", "sock")

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(0)  # non-blocking
        self.began = 0.0
        self.busy = False
        self.data = b""
        self.head: Head | None = None


class Client:
    """Sends requests over a fixed number of connections and keeps the time of each.

    Figures after `run`: `latencies` in seconds, `statuses` counted, `broken` connections lost
    while a request was under way, `seconds` from the first request to the last answer.
    """

    def __init__(self, port: int, connections: int) -> None:
        self._port = port
        self._epoll = select.epoll()
        self._open: dict[int, Connection] = {}
        self._idle: deque[Connection] = deque()
        self._last = 0.0
        self.latencies = array("d")
        self.statuses: Counter[int] = Counter()
        self.broken = 0
        self.received = 0
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        for _ in range(connections):
            self._connect()

    def run(self, requests: Iterator[bytes], *, rate: float | None, within: float) -> None:
        """Send every request once, in order, and wait for the answers.

        `rate` is requests per second (None: as soon as a connection is free); nothing is begun
        after `within` seconds. Raises OSError where the server keeps breaking connections.
        """
        cpu = time.process_time()
        began = time.perf_counter()
        send = self._pace(requests, began, rate) if rate else self._flood(requests)
        more = True
        while True:
            now = time.perf_counter()
            more = more and now - began < within and send(now)
            if not more and len(self._idle) == len(self._open):
                break
            if now - began > within + DRAIN_SECONDS:
                self.broken += len(self._open) - len(self._idle)
                break
            # A paced loop looks at the clock each millisecond; a closed one only at answers.
            for fd, _ in self._epoll.poll(0.001 if rate and more else 1.0):
                self._read(self._open[fd])
        self.seconds = self._last - began
        self.cpu_seconds = time.process_time() - cpu

    def close(self) -> None:
        """Close every connection."""
        for connection in self._open.values():
            connection.sock.close()
        self._epoll.close()

    def _flood(self, requests: Iterator[bytes]) -> Callable[[float], bool]:
        def send(_: float) -> bool:
            while self._idle:
                request = next(requests, None)
                if request is None:
                    return False
                self._begin(request, time.perf_counter())
            return True

        return send

    def _pace(
        self, requests: Iterator[bytes], began: float, rate: float
    ) -> Callable[[float], bool]:
        sent = 0

        def send(now: float) -> bool:
            nonlocal sent
            while self._idle and (due := began + sent / rate) <= now:
                request = next(requests, None)
                if request is None:
                    return False
                sent += 1
                self._begin(request, due)
            return True

        return send

    def _connect(self) -> None:
        connection = Connection(self._port)
        self._open[connection.sock.fileno()] = connection
        self._epoll.register(connection.sock.fileno(), select.EPOLLIN)
        self._idle.append(connection)

    def _begin(self, request: bytes, began: float) -> None:
        connection = self._idle.popleft()
        connection.began, connection.busy = began, True
        connection.data, connection.head = b"", None
        try:
            sent = connection.sock.send(request)
        except OSError:
            self._lose(connection)
            return
        if sent != len(request):
            raise ValueError(f"a request of {len(request)} bytes is more than a socket takes")

    def _read(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(LARGEST_READ)
        except OSError:
            data = b""
        if not data:
            self._lose(connection)
            return
        self.received += len(data)
        connection.data = connection.data + data if connection.data else data
        head = connection.head or read_head(connection.data)
        connection.head = head
        if head and is_complete(head, connection.data):
            self._finish(connection, head)

    def _finish(self, connection: Connection, head: Head) -> None:
        self._last = time.perf_counter()
        self.latencies.append(self._last - connection.began)
        self.statuses[head.status] += 1
        connection.busy = False
        if head.keep_alive:
            self._idle.append(connection)
        else:
            self._renew(connection)

    def _lose(self, connection: Connection) -> None:
        # An idle connection that the server closes is its right; only a lost answer counts.
        if connection.busy:
            self.broken += 1
        else:
            self._idle.remove(connection)
        if self.broken > MOST_BROKEN:
            raise OSError(f"the server on port {self._port} broke {self.broken} connections")
        self._renew(connection)

    def _renew(self, connection: Connection) -> None:
        del self._open[connection.sock.fileno()]
        connection.sock.close()
        self._connect()
