"""What a command works with: the container, opened and closed."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.bootstrap import Container, build
from pipeline.config import load_settings
from pipeline.errors import StartError, UnavailableError
from pipeline.settings import Settings
from pipeline.store import schema
from pipeline.store.database import Database, is_unavailable
from pipeline.supervisor.redis_socket import socket_url


@contextmanager
def opened(*, migrated: bool = True) -> Iterator[Container]:
    """A container on the settings of this process.

    Raises SettingsError, StartError (the database is not at head, unless `migrated` is False) and
    UnavailableError (it can't be reached, or could not do it now).
    """
    container = build(load_settings())
    try:
        if migrated:
            _require_head(container.database)
        yield container
    except Exception as error:
        if not is_unavailable(error):
            raise
        reason = getattr(error, "orig", error)
        raise UnavailableError(
            f"the database could not do that ({reason}): see `afterword doctor`"
        ) from error
    finally:
        container.close()


def broker_url(settings: Settings) -> str:
    """Redis as set, else the embedded one's socket."""
    return settings.redis_url or socket_url(settings.home)


def actor(user: int | None = None) -> str:
    """Who decides, for the audit: `cli:` and a user's name; by default this process's user.

    Asked of the system, not of the environment, which anybody may set.
    """
    user = os.getuid() if user is None else user
    try:
        return f"cli:{pwd.getpwuid(user).pw_name}"
    except KeyError:  # a container's user need not have a name
        return f"cli:{user}"


def _require_head(database: Database) -> None:
    with database.read() as db:
        found = schema.current(db)
    if found != schema.HEAD:
        state = "is empty" if found is None else f"is at version {found}, not {schema.HEAD}"
        raise StartError(f"the database {state}: run `afterword migrate`")
