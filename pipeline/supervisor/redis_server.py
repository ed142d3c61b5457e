"""The embedded Redis as a program of the set."""

import re
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pipeline.errors import StartError
from pipeline.supervisor.redis_binary import RedisBinary
from pipeline.supervisor.redis_socket import ping, prepare_socket, socket_path
from pipeline.supervisor.service import Program

_GRACE = 10.0
# Loading the largest file `maxmemory` allows takes some seconds on a slow disk.
_READY_WITHIN = 60.0

_ASIDE = "unreadable"
_SAVED = ("appendonlydir", "appendonly.aof")  # since Redis 7.0, and before
# A warning ("#") about its files, in the words of Redis 6.2 to 8.2.
_UNREADABLE = re.compile(r"# .*\b(AOF|RDB|append[ -]only)\b")


def redis_program(binary: RedisBinary, home: Path) -> Program:
    """Return the program that runs `binary` on `home/redis`, reachable by `socket_path(home)` only.

    Raises StartError if the folders can't be made or an older server still listens there.
    """
    folder = home.absolute() / "redis"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StartError(f"{folder} can't be made ({error.strerror}). Make it writable.") from error
    path = socket_path(home)
    prepare_socket(path)
    return Program(
        name="redis",
        argv=[str(binary.path), *_options(folder, path)],
        cwd=folder,
        grace=_GRACE,
        ready_within=_READY_WITHIN,
        probe=partial(ping, path),
        mend=partial(set_aside, folder),
    )


def _options(folder: Path, path: Path) -> list[str]:
    options = {
        "dir": str(folder),
        "port": "0",  # no TCP at all: nothing to guard, nothing that is taken
        "unixsocket": str(path),
        "unixsocketperm": "600",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",  # the append-only file is enough
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",  # an evicted message would be a silent loss
        "daemonize": "no",
        "logfile": "",  # standard output
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def set_aside(folder: Path, lines: Sequence[str]) -> str | None:
    """Move away what Redis could not read, if that is what `lines` of a failed start say.

    The next start is then empty, which loses nothing: every delivery is in the database and is
    published again. Returns what was done, or None. A file cut short needs none of this: Redis
    mends it by itself (aof-load-truncated).
    """
    broken = [folder / name for name in _SAVED if (folder / name).exists()]
    if not broken or not any(_UNREADABLE.search(line) for line in lines):
        return None
    aside = folder / _ASIDE
    try:
        # Only the last one is kept: a disk that goes bad must not fill up with copies.
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        for path in broken:
            path.rename(aside / path.name)
    except OSError as error:
        return f"REDIS CAN'T READ {folder}, and it can't be moved away ({error.strerror})"
    return f"REDIS COULD NOT READ ITS FILES: moved to {aside}; it starts empty, nothing is lost"
