"""One `afterword up` per state folder, by a lock the kernel drops when its holder dies."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StartError
from pipeline.supervisor.home import run_folder


@contextmanager
def hold_lock(
    home: Path,
    *,
    pid: int,
    tell: Callable[[str], None],
    flock: Callable[[int, int], None] = fcntl.flock,
) -> Iterator[int]:
    """Hold `home/run/up.lock` with `pid` written in it; yields its descriptor.

    Children must close that descriptor: a copy would go on holding the lock. A pid left by a
    process that died is replaced, and `tell` is given a line about it.
    Raises StartError when another process holds the lock, or the file can't be opened.
    """
    path = run_folder(home) / "up.lock"
    descriptor = _open(path)
    try:
        _take(descriptor, path, home, flock)
        left = _read_pid(descriptor)
        if left:
            tell(f"process {left} did not stop cleanly: taking over its lock {path}")
        _write(descriptor, f"{pid}\n")
        try:
            yield descriptor
        except StartError:  # nothing ran yet, so there is nothing to take over
            _write(descriptor, "")
            raise
        # Emptied, never removed: whoever waits with the old file open would lock a ghost.
        _write(descriptor, "")
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartError(
            f"{path} can't be opened ({error.strerror}). Give it to user id {os.geteuid()} (chown)."
        ) from error


def _take(descriptor: int, path: Path, home: Path, flock: Callable[[int, int], None]) -> None:
    try:
        flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        pid = _read_pid(descriptor) or "(not written yet)"
        raise StartError(
            f"`afterword up` runs already on {home}, as process {pid}. "
            f"Stop that one (kill {pid}), or set AFTERWORD_HOME to another folder "
            "and AFTERWORD_PORT and AFTERWORD_FLOWER_PORT to other ports."
        ) from error
    except OSError as error:
        raise StartError(
            f"{path} can't be locked ({error.strerror}). "
            "Put AFTERWORD_HOME on a local disk: some network file systems have no locks."
        ) from error


def _read_pid(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)
