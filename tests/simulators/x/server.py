"""The simulator behind a real port: as a process of its own, or in a thread of a test."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

import uvicorn

from tests.simulators.x.asgi import App
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.world import World

_STARTED_WITHIN = 60.0


def bound(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; port 0 is any free one (OSError)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen()
    except OSError:
        taken.close()
        raise
    return taken


class Server(uvicorn.Server):
    """uvicorn, but signals end it without ending the process, so that a report can be given."""

    def __init__(self, app: App) -> None:
        self._app = app
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            date_header=False,  # the answer's own date is that of the simulated clock
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)

    def take_signals(self) -> None:
        """Let SIGINT and SIGTERM end this server, before it runs too; of the main thread."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: see take_signals."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.close()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """Stop serving."""
        self._app.close()
        self.should_exit = True


class SimulatedX:
    """A simulator on a loopback port for as long as it is entered.

    `url` is its base address; `world` and `simulator` may be used from the test's thread.
    Keywords are those of Simulator.
    """

    def __init__(self, world: World, *, port: int = 0, **options: Any) -> None:
        self.world = world
        self.simulator = Simulator(world, **options)
        self.app = App(self.simulator)
        self.url = ""
        self._socket = bound("127.0.0.1", port)
        self._server = Server(self.app)
        self._thread = threading.Thread(target=self._serve, name="simulated-x", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        pause = threading.Event()
        for _ in range(int(_STARTED_WITHIN / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            pause.wait(0.01)
        if not self._server.started:
            raise RuntimeError("the simulated X did not start")
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.end()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])
