"""Structured logs: an event name that never changes, values as fields, ids bound to each line."""

import logging
import sys
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]

_QUIET = {
    "celery.worker.strategy": logging.WARNING,  # one line per task received
    "celery.app.trace": logging.ERROR,  # our base class logs outcomes itself
    "alembic": logging.WARNING,
    "tornado.access": logging.WARNING,
    "flower.inspector": logging.ERROR,  # no worker has answered yet: normal while a set starts
    "kombu": logging.WARNING,
    "celery.redirected": logging.WARNING,
    "tweepy": logging.WARNING,  # whole answers at debug level: people's profiles are not for a log
    "urllib3": logging.WARNING,
}


def configure(*, process: str, format_: str, level: str) -> None:
    """Send structlog and stdlib logging to stderr in one shape."""
    tty = sys.stderr.isatty()
    renderer = (
        structlog.processors.JSONRenderer()
        if format_ == "json"
        else structlog.dev.ConsoleRenderer(colors=tty, pad_event_to=0)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    _set_level(root, logging.getLevelNamesMapping()[level.upper()])
    for name, quiet in _QUIET.items():
        _set_level(logging.getLogger(name), max(quiet, root.level))
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(process=process)


def _set_level(logger: logging.Logger, level: int) -> None:
    # Each change empties the caches of all loggers, which a forked child would rather share.
    if logger.level != level:
        logger.setLevel(level)


def get_logger(name: str) -> Any:
    """A logger bound to a module's name."""
    return structlog.get_logger(name)
