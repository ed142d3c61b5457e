"""Debian packages, installed where the machine lets us."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

UPDATE_SECONDS = 120
INSTALL_SECONDS = 420


def install(package: str, found: Callable[[], bool]) -> None:
    """Install `package` unless it is `found` by now; what apt-get says is in a log below /tmp.

    Does nothing where there is no apt-get, or no way to be root without a password.
    """
    become_root = _root()
    if become_root is None or shutil.which("apt-get") is None:
        return
    log_path = Path(tempfile.gettempdir()) / f"afterword-install-{package}.log"
    with log_path.open("a") as log:
        # Two test processes may come here at once; the second waits, then finds it.
        fcntl.flock(log, fcntl.LOCK_EX)
        if not found():
            apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
            _install(package, apt_get, log)


def _root() -> list[str] | None:
    """The words that make a command run as root; None where nothing does without a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    words = [sudo, "-n"]
    allowed = subprocess.run([*words, "true"], capture_output=True, check=False, timeout=10)  # noqa: S603 - fixed words
    return words if allowed.returncode == 0 else None


def _install(package: str, apt_get: list[str], log: TextIO) -> None:
    steps = (
        (["update"], UPDATE_SECONDS),
        (["install", "-y", "--no-install-recommends", package], INSTALL_SECONDS),
    )
    for words, seconds in steps:
        try:
            subprocess.run([*apt_get, *words], stdout=log, stderr=log, check=True, timeout=seconds)  # noqa: S603 - fixed words
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            log.write(f"gave up: {error}\n")
            return
