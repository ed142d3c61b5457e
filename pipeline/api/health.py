"""`/livez` and `/readyz`: whether the process lives, and whether it could take a comment now."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.store import overview, schema
from pipeline.store.database import Database

WITHIN_S = 2.0
REDIS_WITHIN_S = 0.3
"""Redis away is normal, and a prober may give the whole answer no more than a second."""
OK = "ok"

_NO_STORE = {"cache-control": "no-store"}


class Probe:
    """A check that may block, run in a thread, and waited for only so long.

    One that hangs is not begun again: probes of a hanging server must not pile up threads.
    """

    def __init__(self, check: Callable[[], str], pool: ThreadPoolExecutor, within: float) -> None:
        self._check = check
        self._pool = pool
        self._within = within
        self._running: Future[str] | None = None

    async def outcome(self) -> str:
        """OK, or in words what is wrong."""
        if self._running is None or self._running.done():
            self._running = self._pool.submit(self._safely)
        waiting = asyncio.wrap_future(self._running)
        await asyncio.wait({waiting}, timeout=self._within)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        return f"no answer within {self._within:g} s"

    def _safely(self) -> str:
        try:
            return self._check()
        except Exception as error:  # noqa: BLE001 - whatever it is, the server is not ready
            # The kind alone: a driver's message may hold addresses and names.
            return f"failed: {type(error).__name__}"


class Probes(NamedTuple):
    """What readiness looks at. Redis is only reported: comments are taken without it."""

    database: Probe
    migrations: Probe
    redis: Probe


def probes_for(database: Database, redis: Callable[[], str]) -> Probes:
    """Probes with threads of their own: readers may have taken all others."""
    pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="probe")
    return Probes(
        database=Probe(lambda: check_commit(database), pool, WITHIN_S),
        migrations=Probe(lambda: check_migrations(database), pool, WITHIN_S),
        redis=Probe(redis, pool, REDIS_WITHIN_S),
    )


def check_commit(database: Database) -> str:
    """Take the write lock and commit. Raises what the database raises."""
    with database.write() as db:
        overview.is_writable(db)
    return OK


def check_migrations(database: Database) -> str:
    """Whether the schema is the one this version works with."""
    with database.read() as db:
        found = schema.current(db)
    if found == schema.HEAD:
        return OK
    return f"at {found or 'none'}, not {schema.HEAD}: run `afterword migrate`"


async def livez(_request: Request) -> Response:
    """`GET /livez`."""
    return JSONResponse({"status": "alive"}, headers=_NO_STORE)


class Readiness:
    """`GET /readyz`: 200 or 503, with one line per check."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes

    async def __call__(self, _request: Request) -> Response:
        outcomes = await asyncio.gather(*(probe.outcome() for probe in self._probes))
        checks = dict(zip(Probes._fields, outcomes, strict=True))
        ready = checks["database"] == checks["migrations"] == OK
        body = {"status": "ready" if ready else "not ready", "checks": checks}
        return JSONResponse(body, 200 if ready else 503, headers=_NO_STORE)
