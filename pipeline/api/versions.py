"""Reading thread rows in groups: whoever asks while one read is under way shares the next.

A read that begins after the question can't miss a change committed before it, so an answer is never
staler than one that was read alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from pipeline.store import threads
from pipeline.store.database import Database
from pipeline.store.threads import Thread

Key = tuple[str, str]
"""Site and page."""

Rows = Mapping[Key, Thread | None]
Read = Callable[[Sequence[Key]], Awaitable[Rows]]


class Versions:
    """The newest thread rows. For one event loop at a time."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._waiting: dict[Key, asyncio.Future[Thread | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def get(self, key: Key) -> Thread | None:
        """The row as it is now; None for a page nobody commented. Raises what the read raises."""
        loop = asyncio.get_running_loop()
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = loop.create_future()
            if self._reading is None:
                self._reading = loop.create_task(self._work())
        # One caller that goes away must not take the answer from the others.
        return await asyncio.shield(future)

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, {}
                try:
                    rows = await self._read(list(batch))
                except Exception as error:  # noqa: BLE001 - each caller gets it and raises it
                    _settle(batch, error)
                else:
                    _settle(batch, rows)
        finally:
            self._reading = None


def read_threads(database: Database, keys: Sequence[Key]) -> Rows:
    """The rows of these pages, in one view."""
    with database.read() as db:
        return {key: threads.get(db, *key) for key in keys}


def _settle(
    batch: Mapping[Key, "asyncio.Future[Thread | None]"], outcome: Rows | Exception
) -> None:
    for key, future in batch.items():
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome[key])
