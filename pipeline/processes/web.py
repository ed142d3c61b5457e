"""The web process: both doors, the API, and the relay as a thread."""

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from pipeline.api.app import make_api
from pipeline.bootstrap import Container, build
from pipeline.logs import configure
from pipeline.processes.patience import watch
from pipeline.processes.protocol import SiteProtocol
from pipeline.processes.relay import RelayLoop
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.webhooks.comment_door import CommentDoor
from pipeline.webhooks.door import PREFIX, WebhookDoor
from pipeline.webhooks.writer import Writer

GRACE_S = 10
"""Seconds open requests get after SIGTERM."""


class Site:
    """The ASGI application: the hot path first, everything else behind it."""

    def __init__(self, container: Container, writer: Writer, api: Any) -> None:
        settings = container.settings
        self._webhooks = WebhookDoor(settings, writer, container.ids, container.clock)
        self._comments = CommentDoor(settings, writer, container.ids, container.clock)
        self._api = api

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path.startswith(PREFIX):
                await self._webhooks(scope, receive, send)
                return
            if path == "/comments":
                await self._comments(scope, receive, send)
                return
        await self._api(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn that says when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._watch = asyncio.create_task(watch(lambda: self.server_state.connections))
        self._ready()

    async def shutdown(self, sockets: Any = None) -> None:
        self._watch.cancel()
        await super().shutdown(sockets)


def run(
    settings: Settings,
    redis_url: str,
    ready: Callable[[], None],
    *,
    with_relay: bool = True,
    database: Database | None = None,
) -> None:
    """Serve until SIGTERM. Raises SettingsError, StartError.

    `database` as `pipeline.bootstrap.build` takes it.
    """
    configure(process="web", format_=settings.log_format, level=settings.log_level)
    container = build(settings, database=database)
    loop = RelayLoop(container, redis_url)
    writer = Writer(container.database, clock=container.clock, wake=loop.wake)
    site = Site(container, writer, make_api(container, redis_url))
    relay = threading.Thread(target=loop.run, name="relay", daemon=True)
    # What the start made is never collected, and what a request makes dies with it.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    writer.start()
    if with_relay:
        relay.start()
    try:
        Server(_config(settings, site), ready).run()
    finally:
        writer.stop()
        loop.stop()
        if with_relay:
            relay.join(timeout=GRACE_S)
        container.close()


def _config(settings: Settings, site: Site) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=SiteProtocol,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # X-Forwarded-For is read by pipeline.webhooks.clients alone
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
        backlog=2048,
    )
