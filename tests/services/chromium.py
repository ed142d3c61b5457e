"""A real Chromium: found, or installed where the machine lets us."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TextIO

import pytest

from tests.services.missing import missing

NAMES = ("chromium", "chromium-browser", "google-chrome")
TRIED = f"AFTERWORD_CHROMIUM, {' / '.join(NAMES)} on PATH, apt-get install chromium"
INSTALL_LOG = Path(tempfile.gettempdir()) / "afterword-install-chromium.log"
UPDATE_SECONDS = 120
INSTALL_SECONDS = 420


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The program to start. Skips, or fails, as `missing` says."""
    return find_chromium() or missing("Chromium", TRIED)


def find_chromium() -> Path | None:
    """The Chromium to use: the one named, one on PATH, or the Debian package, installed now.

    Raises FileNotFoundError where AFTERWORD_CHROMIUM names no program: a wrong setting is no gap.
    """
    named = os.environ.get("AFTERWORD_CHROMIUM")  # noqa: TID251 - a switch of the tests, no setting of Afterword
    if named is None:
        return _on_path() or _installed()
    if shutil.which(named) is None:
        raise FileNotFoundError(f"AFTERWORD_CHROMIUM is {named!r}, but no program is there")
    return Path(named)


def _on_path() -> Path | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def _installed() -> Path | None:
    become_root = _root()
    if become_root is None or shutil.which("apt-get") is None:
        return None
    with INSTALL_LOG.open("a") as log:
        # Two test processes may come here at once; the second waits, then finds it on PATH.
        fcntl.flock(log, fcntl.LOCK_EX)
        if _on_path() is None:
            _install([*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"], log)
    return _on_path()


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


def _install(apt_get: list[str], log: TextIO) -> None:
    steps = (
        (["update"], UPDATE_SECONDS),
        (["install", "-y", "--no-install-recommends", "chromium"], INSTALL_SECONDS),
    )
    for words, seconds in steps:
        try:
            subprocess.run([*apt_get, *words], stdout=log, stderr=log, check=True, timeout=seconds)  # noqa: S603 - fixed words
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            log.write(f"gave up: {error}\n")
            return
