"""A small HTTP server of plain sockets whose answers a test decides."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
CREATED_AND_CLOSED = b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
Answer = Callable[[int], bytes]


class Server:
    """Answers each request with `answer(number)`; an empty answer closes the connection."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while request := connection.recv(65536):
                with self._lock:
                    self.requests.append(request)
                    answer = self._answer(len(self.requests))
                if not answer:
                    return
                connection.sendall(answer)
                if b"connection: close" in answer.lower():
                    return


@contextmanager
def serving(answer: Answer = lambda _: OK) -> Iterator[Server]:
    server = Server(answer)
    try:
        yield server
    finally:
        server.close()
