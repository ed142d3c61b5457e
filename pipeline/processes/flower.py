"""Flower: real, on loopback, behind a password, reading only, keeping few tasks."""

import secrets
import signal
from collections.abc import Callable
from typing import Any

from flower.app import Flower
from flower.urls import settings as tornado_settings
from tornado.options import options

from pipeline.broker import make_celery
from pipeline.keys import admin_password
from pipeline.logs import configure
from pipeline.settings import Settings

USER = "admin"


def run(settings: Settings, redis_url: str, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM. Raises StartError."""
    configure(process="flower", format_=settings.log_format, level=settings.log_level)
    options.address = settings.host
    options.port = settings.flower_port
    options.basic_auth = [f"{USER}:{admin_password(settings)}"]
    options.max_tasks = settings.flower_max_tasks
    options.persistent = False  # its state file is a pickle; history is in the database
    options.read_only = True  # it shows; `afterword` acts
    options.inspect_timeout = 1000.0
    app = Flower(
        capp=make_celery(redis_url),
        options=options,
        **(tornado_settings | {"cookie_secret": secrets.token_urlsafe(32)}),
    )

    def stop(*_: Any) -> None:
        app.io_loop.add_callback_from_signal(app.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    app.start_http_server()
    app.io_loop.add_callback(ready)
    app.start()
