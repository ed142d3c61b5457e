"""`afterword up`: the embedded set, from an empty folder to answering."""

import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import partial
from time import monotonic

from pipeline.bootstrap import policy_of
from pipeline.errors import StartError
from pipeline.keys import admin_password, password_is_new
from pipeline.processes import flower, web, worker
from pipeline.processes.rehearsal import rehearse
from pipeline.settings import Settings
from pipeline.store import schema
from pipeline.store.database import Database
from pipeline.supervisor.banner import banner
from pipeline.supervisor.home import prepare_home
from pipeline.supervisor.lock import hold_lock
from pipeline.supervisor.ports import Port, require_free
from pipeline.supervisor.redis_binary import find_redis
from pipeline.supervisor.redis_server import redis_program
from pipeline.supervisor.redis_socket import socket_url
from pipeline.supervisor.service import Service, Unit
from pipeline.supervisor.supervise import Supervisor
from pipeline.webhooks.senders import senders_of

_SLOW_MACHINE_S = 60.0


def up(settings: Settings) -> int:
    """Run the set until it is told to stop; the exit code.

    Raises SettingsError or StartError before anything runs: a signal or secret that can't be, HOME
    in use or not writable, a port taken, no Redis.
    """
    _check(settings)
    prepare_home(settings.home)
    with hold_lock(settings.home, pid=os.getpid(), tell=_tell) as lock:
        require_free(_ports(settings))
        fresh = password_is_new(settings)
        password = admin_password(settings)
        database = Database(settings.database)
        migrate_apart(settings, database)
        rehearse(settings, database)
        supervisor = Supervisor(
            _stages(settings, database),
            out=sys.stdout,
            stop_order=_stop_order(settings),
            on_ready=lambda: _tell(banner(settings, password if fresh else None)),
            private=[lock],
        )
        return supervisor.run()


def _check(settings: Settings) -> None:
    """What each child would find out for itself, at each of its starts."""
    policy_of(settings)
    senders_of(settings, clock=monotonic)


def migrate(settings: Settings) -> None:
    """Bring the database to head."""
    database = Database(settings.database)
    with database.write() as db:
        schema.upgrade(db)
    database.close()


def migrate_apart(settings: Settings, database: Database) -> None:
    """Bring the database to head in a process of its own, where it is not there already.

    The migration library would stay in this process, and so in every child. `database` is left
    closed. Raises StartError.
    """
    with database.read() as db:
        found = schema.current(db)
    database.close()
    if found == schema.HEAD:
        return
    child = multiprocessing.get_context("fork").Process(target=migrate, args=(settings,))
    child.start()
    child.join()
    if child.exitcode != 0:
        raise StartError("the database could not be migrated: see above, or run `afterword doctor`")


def broker_url(settings: Settings) -> str:
    """Where Redis is: as the settings say, else the bundled one of this HOME."""
    return settings.redis_url or socket_url(settings.home)


def _ports(settings: Settings) -> list[Port]:
    return [
        Port("AFTERWORD_PORT", settings.host, settings.port),
        Port("AFTERWORD_FLOWER_PORT", settings.host, settings.flower_port),
    ]


def _stages(settings: Settings, database: Database) -> list[list[Unit]]:
    url = broker_url(settings)

    def service(name: str, run: Callable[..., None], grace: float, *, optional: bool) -> Service:
        return Service(
            name=name,
            run=partial(run, settings, url),
            grace=grace,
            ready_within=_SLOW_MACHINE_S,
            optional=optional,
        )

    services: list[Unit] = [
        service("web", partial(web.run, database=database), 15, optional=False),
        service("worker", partial(worker.run, database=database), 60, optional=False),
        service("flower", flower.run, 5, optional=True),
    ]
    if settings.redis_url is not None:
        return [services]
    return [[redis_program(find_redis(), settings.home)], services]


def _stop_order(settings: Settings) -> list[str]:
    bundled = [] if settings.redis_url is not None else ["redis"]
    return ["web", "worker", "flower", *bundled]


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
