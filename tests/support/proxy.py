"""A TCP proxy on loopback that can be slow, silent, cut or gone: what networks do to connections.

Toxics as in Toxiproxy (github.com/Shopify/toxiproxy): latency, down, reset; `freeze` is its timeout.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from typing import Self

_CHUNK = 65_536
# SO_LINGER with no time: closing sends a reset, not an end.
_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Passes bytes between its `port` and an upstream loopback port, in a thread of its own."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._answering = asyncio.Event()
        self._latency = 0.0
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._flowing.set)
        self._call(self._answering.set)
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()
        self.down()
        self._call(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def slow(self, seconds: float) -> None:
        """Hold every piece back for so long, each way."""
        self._latency = seconds

    def freeze(self) -> None:
        """Pass nothing on, either way; connections stay open."""
        self._call(self._flowing.clear)

    def thaw(self) -> None:
        """Pass everything on again, also what was held back."""
        self._call(self._flowing.set)
        self._call(self._answering.set)

    def mute(self) -> None:
        """Pass requests on and hold the answers back."""
        self._call(self._answering.clear)

    def reset(self) -> None:
        """Break every connection, as a router that forgot them does."""
        self._call(self._break_all)

    def down(self) -> None:
        """Take no connections any more; new ones are refused."""
        self._run(self._stop_listening())

    def up(self) -> None:
        """Take connections, on the same port as before."""
        self._run(self._listen())

    def _call(self, what: Callable[[], object]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (what(), done.set()))
        done.wait(5)

    def _run(self, what: object) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(5)  # type: ignore[arg-type] # a coroutine

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def _break_all(self) -> None:
        for writer in self._writers:
            taken: socket.socket = writer.get_extra_info("socket")
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        for source, sink, gate in ((reader, back, None), (there, writer, self._answering)):
            pump = asyncio.create_task(self._pump(source, sink, gate))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        gate: asyncio.Event | None,
    ) -> None:
        try:
            while piece := await source.read(_CHUNK):
                await asyncio.sleep(self._latency)
                await self._flowing.wait()
                if gate is not None:
                    await gate.wait()
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        finally:
            self._writers.discard(sink)
            sink.transport.abort() if sink.transport.is_closing() else sink.close()
