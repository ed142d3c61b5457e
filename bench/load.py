"""The load client: one process, raw sockets, epoll, requests rendered before the clock starts.

It works in its own process so that its garbage collector and its interpreter lock touch nobody
else's. A figure of it counts only while its own CPU stays below one core: see `Result.cpu`.
"""

import gc
import multiprocessing
import signal
from collections.abc import Iterable
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from typing import Self

import msgspec

from bench.client import Client
from bench.figures import percentile

# Forked: the requests, up to 100 MB, are shared with the child and never copied or pickled.
FORK = multiprocessing.get_context("fork")


class Load(msgspec.Struct, frozen=True):
    """What to send.

    Each request once, in order; `within` seconds at most, after which nothing more is begun.
    `rate` None: a closed loop, each connection sends as soon as it was answered.
    Otherwise an open loop of so many per second: latency counts from the moment a request was
    due, so a stalled server can't hide behind the requests that it kept from being sent.
    """

    port: int
    requests: Iterable[bytes]
    connections: int = 32
    rate: float | None = None
    within: float = 60.0


class Result(msgspec.Struct, frozen=True):
    """What came back. Latencies in milliseconds, `cpu` is the client's share of one core."""

    answered: int
    seconds: float
    p50: float
    p95: float
    p99: float
    worst: float
    statuses: dict[int, int]
    broken: int
    cpu: float
    received: int

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answered / self.seconds if self.seconds else 0.0

    def only(self, status: int) -> bool:
        """Say whether every request was answered, and every answer had this status."""
        return not self.broken and set(self.statuses) == {status}

    def problems(self, status: int) -> str:
        """Say in words what came back beside `status`; empty where there was nothing."""
        odd = {key: count for key, count in self.statuses.items() if key != status}
        parts = [f"{count} x {key}" for key, count in sorted(odd.items())]
        return ", ".join([*parts, f"{self.broken} broken"] if self.broken else parts)


def measure(load: Load) -> Result:
    """Send the load from this process and sum up what came back."""
    client = Client(load.port, load.connections)
    try:
        client.run(iter(load.requests), rate=load.rate, within=load.within)
    finally:
        client.close()
    return summarise(client)


def summarise(client: Client) -> Result:
    """Sum up a client that has run. Raises ValueError where no request was answered."""
    times = [seconds * 1000 for seconds in client.latencies]
    return Result(
        answered=len(times),
        seconds=client.seconds,
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        p99=percentile(times, 0.99),
        worst=max(times),
        statuses=dict(client.statuses),
        broken=client.broken,
        cpu=client.cpu_seconds / client.seconds if client.seconds else 0.0,
        received=client.received,
    )


def _work(load: Load, pipe: Pipe) -> None:
    # The bench's own handlers were inherited; they would unwind its servers a second time.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A collection in the timed part would look like a slow server.
    gc.freeze()
    gc.disable()
    try:
        pipe.send_bytes(b"+" + msgspec.json.encode(measure(load)))
    except (OSError, ValueError) as error:
        pipe.send_bytes(b"-" + str(error).encode())


class Running:
    """A load under way in its own process."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._pipe, theirs = FORK.Pipe(duplex=False)
        self._process: BaseProcess = FORK.Process(target=_work, args=(load, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._pipe.close()

    def result(self) -> Result:
        """Wait for the end. Raises RuntimeError where the client failed or never came back."""
        # What was begun before the time was up may still be answered: hence the margin.
        if not self._pipe.poll(self._load.within + 60):
            raise RuntimeError(f"no answer from the load on port {self._load.port} in time")
        try:
            said = self._pipe.recv_bytes()
        except EOFError as error:
            raise RuntimeError(f"the load on port {self._load.port} died") from error
        if said[:1] == b"-":
            raise RuntimeError(f"the load on port {self._load.port} failed: {said[1:].decode()}")
        return msgspec.json.decode(said[1:], type=Result)


def send(load: Load) -> Result:
    """Send a load from a process of its own and wait for it. Raises RuntimeError as `Running`."""
    with Running(load) as running:
        return running.result()
