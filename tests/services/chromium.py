"""A real Chromium: found, or installed where the machine lets us."""

import os
import shutil
from pathlib import Path

import pytest

from tests.services import apt
from tests.services.missing import missing

NAMES = ("chromium", "chromium-browser", "google-chrome")
TRIED = f"AFTERWORD_CHROMIUM, {' / '.join(NAMES)} on PATH, apt-get install chromium"


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
    apt.install("chromium", lambda: _on_path() is not None)
    return _on_path()
